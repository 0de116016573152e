using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>
/// A write with sequence numbers that another writer of the same persistence id has used already: this writer is stale. A failure of the
/// write, but none of the journal.
/// </summary>
internal sealed class ConflictingWriteException(string message, Exception? cause = null) : AkkaException(message, cause)
{
    /// <summary>The failure of a write whose sequence numbers another writer has used.</summary>
    /// <param name="write">The write.</param>
    /// <param name="highestSequenceNr">The highest number there is.</param>
    /// <param name="holder">The writer of the event that holds the write's first number, or of the highest one; null where that is not known.</param>
    /// <param name="since">When it was written.</param>
    public static ConflictingWriteException Of(AtomicWrite write, long highestSequenceNr, string? holder, DateTime? since = null) => new(
        $"Events {write.LowestSequenceNr} to {write.HighestSequenceNr} of {write.PersistenceId} by writer {write.Events[0].WriterGuid} were refused, and none of them is written: "
        + $"writer {holder ?? "(unknown)"} holds sequence number {Math.Min(write.LowestSequenceNr, highestSequenceNr)}"
        + $"{(since is { } time ? $" since {time:yyyy-MM-ddTHH:mm:ss.fffZ}" : string.Empty)}, and the highest one is {highestSequenceNr}. "
        + "Another incarnation of the same persistence id writes, in this or another process; the one that was refused is stale.");
}
