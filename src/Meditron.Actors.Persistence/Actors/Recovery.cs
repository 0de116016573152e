namespace Meditron.Actors.Persistence;

/// <summary>From which snapshot on, up to which event, and how many events a persistent actor recovers.</summary>
public sealed class Recovery
{
    /// <summary>Recovers everything, from the newest snapshot on.</summary>
    public Recovery()
        : this(SnapshotSelectionCriteria.Latest)
    {
    }

    /// <summary>Recovers everything, from a snapshot that fits on.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot)
        : this(fromSnapshot, long.MaxValue)
    {
    }

    /// <summary>Recovers from a snapshot that fits on, up to an event.</summary>
    public Recovery(SnapshotSelectionCriteria fromSnapshot, long toSequenceNr)
        : this(fromSnapshot, toSequenceNr, long.MaxValue)
    {
    }

    /// <summary>Recovers from a snapshot that fits on, up to an event, at most a number of events.</summary>
    public Recovery(SnapshotSelectionCriteria? fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
    {
        FromSnapshot = fromSnapshot ?? SnapshotSelectionCriteria.Latest;
        ToSequenceNr = toSequenceNr;
        ReplayMax = replayMax;
    }

    /// <summary>Recovers everything, from the newest snapshot on.</summary>
    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>Recovers nothing but the highest sequence number.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0, 0);

    /// <summary>Which snapshots fit.</summary>
    public SnapshotSelectionCriteria FromSnapshot { get; }

    /// <summary>The sequence number of the last event that is replayed.</summary>
    public long ToSequenceNr { get; }

    /// <summary>The largest number of events that are replayed.</summary>
    public long ReplayMax { get; }
}

/// <summary>The last message of a recovery; commands come after it.</summary>
public sealed class RecoveryCompleted
{
    /// <summary>The one instance.</summary>
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecoveryCompleted;

    /// <inheritdoc/>
    public override int GetHashCode() => nameof(RecoveryCompleted).GetHashCode(StringComparison.Ordinal);
}

/// <summary>Asks a recovering actor to see whether the recovery still goes on.</summary>
public sealed class RecoveryTick
{
    /// <summary>Makes the question.</summary>
    public RecoveryTick(bool snapshot) => Snapshot = snapshot;

    /// <summary>Whether it is about the snapshot, not about the events.</summary>
    public bool Snapshot { get; }
}

/// <summary>A recovery made no progress for too long.</summary>
public sealed class RecoveryTimedOutException : Actor.AkkaException
{
    /// <summary>Makes the exception.</summary>
    public RecoveryTimedOutException()
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public RecoveryTimedOutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
