namespace Meditron.Training.Distributed.Coordination;

/// <summary>What a job is doing, as its coordinator sees it.</summary>
public enum CoordinatorPhase
{
    /// <summary>The journal is being read.</summary>
    Recovering,

    /// <summary>A new incarnation of the coordinator waits for the workers of the running generation to report.</summary>
    TakingOver,

    /// <summary>There are not enough workers for the layout.</summary>
    WaitingForWorkers,

    /// <summary>The workers are asked which state they have in memory.</summary>
    Assessing,

    /// <summary>The checkpoint to start from is being found.</summary>
    ChoosingStart,

    /// <summary>Workers offer their endpoints.</summary>
    Preparing,

    /// <summary>Workers connect and load their state.</summary>
    Connecting,

    /// <summary>Steps are taken.</summary>
    Training,

    /// <summary>All ranks stopped after one step and wait to go on.</summary>
    Paused,

    /// <summary>All ranks have stopped for good; the last checkpoint is being committed.</summary>
    Finishing,

    /// <summary>The run is over.</summary>
    Finished,

    /// <summary>The job cannot go on.</summary>
    Failed,
}
