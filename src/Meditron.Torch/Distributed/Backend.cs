namespace Meditron.Torch.Distributed;

/// <summary>What carries a process group's bytes.</summary>
public enum Backend
{
    /// <summary>The project's own, for CPU tensors: shared memory within a machine, TCP across; checksummed, abortable, with a fixed order of summation.</summary>
    Host = 0,

    /// <summary>Gloo as libtorch has it, for CPU tensors over TCP. Slower; the reference to compare with.</summary>
    Gloo = 1,

    /// <summary>NCCL as libtorch has it, for tensors of CUDA devices; only in a build on a libtorch with CUDA.</summary>
    Nccl = 2,
}
