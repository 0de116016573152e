namespace Meditron.Actors.Actor;

/// <summary>Mistakes that the simulation must be able to find: each is made on purpose, in a world of the simulation that asks for it and nowhere else.</summary>
internal enum PlantedBug
{
    /// <summary>A removed member leaves no tombstone, so that old gossip brings it back.</summary>
    TombstonesForgotten,

    /// <summary>Of an observer's rows in two tables of reachability any may win, not the newer.</summary>
    ReachabilityVersionIgnored,

    /// <summary>A quarantined incarnation is spoken to as any other.</summary>
    QuarantineIgnored,

    /// <summary>A store answers before what it was told is durable.</summary>
    AnswersBeforeDurable,

    /// <summary>A flush of a disk says that it is done, and does nothing.</summary>
    FlushSkipped,

    /// <summary>A journal accepts events whose numbers another writer has used.</summary>
    StaleWriterAccepted,
}
