namespace Meditron.Training.Distributed.Workers;

/// <summary>Why a worker has nothing to do any more, so that its process ends.</summary>
public enum WorkerEndCause
{
    /// <summary>The job is over.</summary>
    JobEnded,

    /// <summary>The coordinator refuses the worker.</summary>
    Refused,

    /// <summary>No coordinator has answered for longer than is allowed.</summary>
    CoordinatorLost,

    /// <summary>It was told to leave, and nothing depends on it any more.</summary>
    Released,
}

/// <summary>The end of a worker.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Reason">In words.</param>
public sealed record WorkerEnd(WorkerEndCause Cause, string Reason);
