namespace Meditron.Data.Curation.Pipeline;

/// <summary>Documents of one subset, source and licence: the rows of the datasheet.</summary>
/// <param name="Subset">The subset.</param>
/// <param name="Source">The source; empty where none is known.</param>
/// <param name="License">The licence; empty where none is stated.</param>
public sealed record DocumentGroup(string Subset, string Source, string License);
