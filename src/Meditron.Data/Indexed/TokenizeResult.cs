namespace Meditron.Data.Indexed;

/// <summary>What tokenizing made.</summary>
/// <param name="Prefix">The path of the dataset without .bin and .idx.</param>
/// <param name="Type">How tokens lie in the .bin file.</param>
/// <param name="Totals">The counts at the end.</param>
/// <param name="Manifest">What was noted beside the pair.</param>
public sealed record TokenizeResult(string Prefix, TokenType Type, TokenizeProgress Totals, DatasetManifest Manifest);
