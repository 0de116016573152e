namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>An event as a row of the journal's table.</summary>
/// <param name="PersistenceId">The actor.</param>
/// <param name="SequenceNr">The event's number.</param>
/// <param name="Created">When it was written, in ticks of UTC.</param>
/// <param name="Message">The event, as its serializer wrote it.</param>
/// <param name="SerializerId">The serializer; null where the row does not say.</param>
/// <param name="Manifest">What the serializer says of the event's type.</param>
/// <param name="WriterUuid">The incarnation of the actor that wrote it.</param>
/// <param name="IsDeleted">Whether it is deleted.</param>
/// <param name="Tags">Its tags; none where they were not asked for.</param>
internal sealed record JournalRow(
    string PersistenceId,
    long SequenceNr,
    long Created,
    byte[] Message,
    int? SerializerId,
    string Manifest,
    string WriterUuid,
    bool IsDeleted,
    IReadOnlyCollection<string> Tags);

/// <summary>Rows that are written all together or not at all, and in front of which no other row of the same actors may be.</summary>
internal sealed class JournalWrite(IReadOnlyList<JournalRow> rows)
{
    public IReadOnlyList<JournalRow> Rows { get; } = rows;

    /// <summary>For each actor the first and the last row; one actor, but for tests.</summary>
    public IReadOnlyList<(JournalRow First, JournalRow Last)> Actors { get; } =
        [.. rows.GroupBy(row => row.PersistenceId, StringComparer.Ordinal).Select(group => (group.First(), group.Last()))];
}
