namespace Meditron.Torch.Distributed;

/// <summary>What carries a process group's bytes.</summary>
public enum Backend
{
    /// <summary>The project's own, for CPU tensors: shared memory within a machine, TCP across; checksummed, abortable, with a fixed order of summation.</summary>
    Host = 0,
}
