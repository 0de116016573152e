namespace Meditron.Actors.Persistence;

/// <summary>What names a persistent actor's events, and where they are kept.</summary>
public interface IPersistentIdentity
{
    /// <summary>The id of the actor's events, the same in every incarnation, and of no other actor.</summary>
    string PersistenceId { get; }

    /// <summary>The configuration path of the journal; null for the default one.</summary>
    string? JournalPluginId { get; }

    /// <summary>The configuration path of the snapshot store; null for the default one.</summary>
    string? SnapshotPluginId { get; }
}

/// <summary>How a persistent actor recovers.</summary>
public interface IPersistenceRecovery
{
    /// <summary>From which snapshot on and up to which event the actor recovers.</summary>
    Recovery Recovery { get; }
}

/// <summary>A persistent actor's two stashes: one for its user, one of its own for what comes while it persists or recovers.</summary>
public interface IPersistenceStash : Actor.IWithUnboundedStash
{
    /// <summary>What becomes of messages that the actor's own stash cannot hold.</summary>
    IStashOverflowStrategy InternalStashOverflowStrategy { get; }
}

/// <summary>Where a journal plugin is configured.</summary>
public interface IJournalPlugin
{
    /// <summary>The configuration path.</summary>
    string JournalPath { get; }

    /// <summary>The defaults.</summary>
    Configuration.Config DefaultConfig { get; }
}
