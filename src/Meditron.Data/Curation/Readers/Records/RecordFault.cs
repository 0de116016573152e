namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Why one record of an input was set aside.</summary>
/// <param name="Kind">A short stable name that reports count by, one of <see cref="ReadFailureKind"/>.</param>
/// <param name="Detail">What was found, where, and what to do about it.</param>
public sealed record RecordFault(string Kind, string Detail);
