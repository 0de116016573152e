namespace Meditron.Actors.Actor;

/// <summary>Mistakes that the simulation must be able to find: each is made on purpose, in a world of the simulation that asks for it and nowhere else.</summary>
internal enum PlantedBug
{
    /// <summary>The next member is told that it may have the singleton while the singleton is still being stopped.</summary>
    HandOverBeforeStop,

    /// <summary>The next member starts the singleton as soon as the one that had it is removed, although that one may not know yet.</summary>
    RemovalMarginIgnored,

    /// <summary>A lease that has not answered counts as held.</summary>
    LeaseTakenForGranted,

    /// <summary>A removed member leaves no tombstone, so that old gossip brings it back.</summary>
    TombstonesForgotten,

    /// <summary>Two gossips are joined, but their versions are not.</summary>
    VersionsNotMerged,

    /// <summary>Of an observer's rows in two tables of reachability those that arrive win, not the newer ones.</summary>
    ReachabilityVersionIgnored,

    /// <summary>A restarted system has the uid of its earlier incarnation.</summary>
    UidKeptOnRestart,

    /// <summary>System messages that were not acknowledged are forgotten with the connection.</summary>
    SystemMessagesForgotten,

    /// <summary>A journal says that events are stored before its store does.</summary>
    AcknowledgedBeforeCommit,

    /// <summary>A journal takes the store's word that another writer was faster for a repetition of its own write.</summary>
    StaleWriterGoesOn,

    /// <summary>Recovery from a snapshot plays the last event that is in it once more.</summary>
    SnapshotEventReplayed,

    /// <summary>A flush of a disk says that it is done, and does nothing.</summary>
    FlushSkipped,

    /// <summary>A store answers before what it was told is durable.</summary>
    AnswersBeforeDurable,

    /// <summary>A store accepts events whose numbers another writer has used.</summary>
    StaleWriterAccepted,
}
