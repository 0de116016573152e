namespace Meditron.Data.Inspection;

/// <summary>The beginning of a sequence, as text.</summary>
/// <param name="Sequence">Which sequence.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="Ids">Its first tokens.</param>
/// <param name="Text">Their text; empty where no tokenizer was given.</param>
public sealed record InspectedSample(long Sequence, int Tokens, IReadOnlyList<int> Ids, string Text);
