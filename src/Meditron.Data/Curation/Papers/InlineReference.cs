namespace Meditron.Data.Curation.Papers;

/// <summary>A span of a block's text that refers to something, or is a formula.</summary>
/// <param name="Kind">What it refers to.</param>
/// <param name="Start">The first character, as an index into <see cref="PaperBlock.Text"/>.</param>
/// <param name="Length">The number of characters.</param>
/// <param name="Target">The id of the bibliography entry, figure or table, or null where the source does not identify it.</param>
public readonly record struct InlineReference(InlineReferenceKind Kind, int Start, int Length, string? Target);
