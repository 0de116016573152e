namespace Meditron.Training.Chaos;

/// <summary>What happens at a fault's point.</summary>
public enum FaultAction
{
    /// <summary>The process kills itself (SIGKILL).</summary>
    Kill,

    /// <summary>The process is told to end (SIGTERM), as by a preemption notice.</summary>
    Terminate,

    /// <summary>The process stops itself (SIGSTOP); it lives on, silent.</summary>
    Stop,

    /// <summary>The device computes for ever and gets nothing done; the process lives on and gives its signs of life.</summary>
    Hang,

    /// <summary>The process ends at once with an exit code.</summary>
    Exit,

    /// <summary>The device's code throws what nobody expects.</summary>
    Throw,

    /// <summary>The device takes its time.</summary>
    Slow,

    /// <summary>The next chunk that arrives from a peer is damaged.</summary>
    Corrupt,

    /// <summary>The next chunk that is sent to a peer is lost on the way.</summary>
    Drop,

    /// <summary>One bit of the next gradients is wrong, or of all from there on.</summary>
    Miscompute,

    /// <summary>One bit of the weights for the products changes.</summary>
    FlipWeight,

    /// <summary>One bit of the shard's fp32 weights changes.</summary>
    FlipState,

    /// <summary>A block of the shard's fp32 weights changes beyond repair.</summary>
    RuinState,
}
