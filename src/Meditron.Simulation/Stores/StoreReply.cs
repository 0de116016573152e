namespace Meditron.Simulation.Stores;

/// <summary>What a store answers.</summary>
internal abstract record StoreReply;

/// <summary>It is done, and would survive a loss of power.</summary>
internal sealed record StoreDone : StoreReply
{
    public static readonly StoreDone Instance = new();
}

/// <summary>Events were refused, as another writer holds one of their numbers.</summary>
internal sealed record StoreConflict(string PersistenceId, long Highest, string Holder) : StoreReply;

/// <summary>The highest number of an actor's events.</summary>
internal sealed record HighestRead(long Highest) : StoreReply;

/// <summary>Events, in order.</summary>
internal sealed record EventsRead(IReadOnlyList<StoredEvent> Events) : StoreReply;

/// <summary>A snapshot, or null for none.</summary>
internal sealed record SnapshotRead(StoredSnapshot? Snapshot) : StoreReply;

/// <summary>Whether a lease is held by who asked.</summary>
internal sealed record LeaseHeld(bool IsHeld) : StoreReply;
