namespace Meditron.Training.Distributed.Coordination;

/// <summary>What ends a job.</summary>
public enum JobEndCause
{
    /// <summary>Its last step, somebody who asked for it, or a failure of its processes.</summary>
    InOrder,

    /// <summary>Losses or gradients that diverge, by the policy.</summary>
    Diverged,

    /// <summary>Too few workers, by the policy.</summary>
    TooFewWorkers,
}
