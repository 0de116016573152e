using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>
/// A write with sequence numbers that another writer of the same persistence id has used already: this writer is stale. A failure of the
/// write, but none of the journal.
/// </summary>
internal sealed class ConflictingWriteException(string message, Exception? cause = null) : AkkaException(message, cause)
{
    /// <summary>The failure of a write whose sequence numbers another writer has used.</summary>
    public static ConflictingWriteException Of(AtomicWrite write, long highestSequenceNr, string? holder) =>
        Of(write.PersistenceId, write.LowestSequenceNr, write.HighestSequenceNr, write.Events[0].WriterGuid, highestSequenceNr, holder, null);

    /// <summary>The failure of a write whose sequence numbers another writer has used.</summary>
    /// <param name="persistenceId">The actor.</param>
    /// <param name="first">The write's first number.</param>
    /// <param name="last">The write's last number.</param>
    /// <param name="writer">Who writes.</param>
    /// <param name="highest">The highest number there is.</param>
    /// <param name="holder">The writer of the event with the first number, or of the highest one; null where that is not known.</param>
    /// <param name="since">When that was written.</param>
    public static ConflictingWriteException Of(string persistenceId, long first, long last, string writer, long highest, string? holder, DateTime? since) => new(
        $"Events {first} to {last} of {persistenceId} by writer {writer} were refused, and none of them is written: "
        + $"writer {holder ?? "(unknown)"} holds sequence number {Math.Min(first, highest)}"
        + $"{(since is { } time ? $" since {time:yyyy-MM-ddTHH:mm:ss.fffZ}" : string.Empty)}, and the highest one is {highest}. "
        + "Another incarnation of the same persistence id writes, in this or another process; the one that was refused is stale.");
}
