namespace Meditron.Data.Curation.Report;

/// <summary>The indexed dataset of one subset and split.</summary>
/// <param name="Split">The split.</param>
/// <param name="Subset">The subset.</param>
/// <param name="Prefix">Its path without .bin and .idx, relative to the output folder.</param>
/// <param name="Documents">Its documents.</param>
/// <param name="Tokens">Its tokens.</param>
public sealed record TokenizedSubset(string Split, string Subset, string Prefix, long Documents, long Tokens);
