namespace Meditron.Data.Curation.Readers.Records;

/// <summary>The bytes of one record as cut from a file, or the reason why it could not be cut.</summary>
/// <param name="Bytes">The record's bytes, valid until the next record is read.</param>
/// <param name="Index">The record's number in its file or archive entry, from 0.</param>
/// <param name="Offset">Where the record starts, in decompressed bytes.</param>
/// <param name="Key">The property name of a record in a JSON object of records, else null.</param>
/// <param name="Fault">Null for a record that can be parsed.</param>
public readonly record struct RawRecord(ReadOnlyMemory<byte> Bytes, long Index, long Offset, string? Key, RecordFault? Fault);
