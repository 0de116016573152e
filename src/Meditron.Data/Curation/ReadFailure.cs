namespace Meditron.Data.Curation;

/// <summary>A record or file that could not be read: named, counted by kind, and set aside.</summary>
/// <param name="File">The file, with the archive's entry where there is one.</param>
/// <param name="Position">Where in the file, such as <c>line 12</c>.</param>
/// <param name="Kind">The fixed name it is counted under: one of the constants of <see cref="ReadFailureKind"/>.</param>
/// <param name="Reason">What is wrong, in a sentence.</param>
public sealed record ReadFailure(string File, string Position, string Kind, string Reason);
