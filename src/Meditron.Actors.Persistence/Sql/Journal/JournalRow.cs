using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

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
/// <param name="Damage">Why the row cannot be used, in words; null where it can.</param>
internal sealed record JournalRow(
    string PersistenceId,
    long SequenceNr,
    long Created,
    byte[] Message,
    int? SerializerId,
    string Manifest,
    string WriterUuid,
    bool IsDeleted,
    IReadOnlyCollection<string> Tags,
    string? Damage = null)
{
    // Always eight bytes in SQLite's records, where a short number has a short form that is one bit away from none at all.
    private const long Long = 1L << 61;

    /// <summary>The checksum of everything that is read of the row: the first 61 bits of SHA-256. A deleted row has the opposite number.</summary>
    public long Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(PersistenceId));
        Append(hash, Encoding.UTF8.GetBytes(Manifest));
        Append(hash, Encoding.UTF8.GetBytes(WriterUuid));
        Append(hash, Message);
        Span<byte> numbers = stackalloc byte[3 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[sizeof(long)..], Created);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[(2 * sizeof(long))..], SerializerId ?? long.MinValue);
        hash.AppendData(numbers);
        return (BinaryPrimitives.ReadInt64LittleEndian(hash.GetHashAndReset()) & (Long - 1)) | Long;
    }

    /// <summary>What is wrong with a row that was read.</summary>
    /// <param name="checksum">Its checksum in the table; null where it was written without one, and anything is right.</param>
    /// <returns>Null where nothing is wrong.</returns>
    public string? Mismatch(long? checksum) =>
        checksum is null || checksum == (IsDeleted ? ~Checksum() : Checksum()) ? null : "it does not have its checksum: the row was changed, or damaged on the disk";

    private static void Append(IncrementalHash hash, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

/// <summary>Rows that are written all together or not at all, and in front of which no other row of the same actors may be.</summary>
internal sealed class JournalWrite(IReadOnlyList<JournalRow> rows)
{
    public IReadOnlyList<JournalRow> Rows { get; } = rows;

    /// <summary>For each actor the first and the last row; one actor, but for tests.</summary>
    public IReadOnlyList<(JournalRow First, JournalRow Last)> Actors { get; } =
        [.. rows.GroupBy(row => row.PersistenceId, StringComparer.Ordinal).Select(group => (group.First(), group.Last()))];
}
