namespace Meditron.Data.Curation.Pipeline;

/// <summary>How many documents of a subset a step dropped for a reason.</summary>
/// <param name="Step">The step.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Subset">The subset.</param>
/// <param name="Count">The number of documents.</param>
public sealed record DropCount(string Step, string Reason, string Subset, long Count);
