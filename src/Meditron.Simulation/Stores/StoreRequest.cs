namespace Meditron.Simulation.Stores;

/// <summary>What a store can be asked for.</summary>
internal abstract record StoreRequest
{
    /// <summary>Whether it changes what is stored, so that it must be in the log before it is answered.</summary>
    public virtual bool IsWrite => false;
}

/// <summary>Writes events, all or none; those of one actor in order, above its highest number.</summary>
internal sealed record AppendEvents(IReadOnlyList<StoredEvent> Events) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Asks for the highest number of an actor's events, deleted ones included.</summary>
internal sealed record ReadHighest(string PersistenceId) : StoreRequest;

/// <summary>Asks for an actor's events between two numbers, in order.</summary>
internal sealed record ReadEvents(string PersistenceId, long From, long To, long Most) : StoreRequest;

/// <summary>Deletes an actor's events up to a number.</summary>
internal sealed record DeleteEvents(string PersistenceId, long To) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Saves a snapshot, in place of one of the same number.</summary>
internal sealed record SaveSnapshotOf(StoredSnapshot Snapshot) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Asks for an actor's newest snapshot within bounds.</summary>
internal sealed record ReadSnapshot(string PersistenceId, SnapshotBounds Bounds) : StoreRequest;

/// <summary>Deletes an actor's snapshots within bounds.</summary>
internal sealed record DeleteSnapshotsOf(string PersistenceId, SnapshotBounds Bounds) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Asks for a lease: granted if nobody holds it, or its holder has been silent for too long, or is the same.</summary>
internal sealed record TakeLease(string Name, string Owner, long SilentTicks) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Says that the holder of a lease is alive.</summary>
internal sealed record RenewLease(string Name, string Owner) : StoreRequest;

/// <summary>Gives a lease up, if it is held.</summary>
internal sealed record GiveLease(string Name, string Owner) : StoreRequest
{
    public override bool IsWrite => true;
}

/// <summary>Which numbers and times a snapshot may have, both ends included.</summary>
internal readonly record struct SnapshotBounds(long LeastNumber, long MostNumber, long LeastTime, long MostTime)
{
    public bool Holds(StoredSnapshot snapshot) =>
        snapshot.SequenceNr >= LeastNumber && snapshot.SequenceNr <= MostNumber && snapshot.Time >= LeastTime && snapshot.Time <= MostTime;
}
