namespace Meditron.Data.Curation.Pipeline;

/// <summary>Counts dropped documents by step, reason and subset.</summary>
internal sealed class DropCounter
{
    private readonly SortedDictionary<(string Step, string Reason, string Subset), long> counts = [];

    public void Add(string step, string reason, string subset, long count = 1)
    {
        counts.TryGetValue((step, reason, subset), out var before);
        counts[(step, reason, subset)] = before + count;
    }

    public IReadOnlyList<DropCount> ToList() => [.. counts.Select(c => new DropCount(c.Key.Step, c.Key.Reason, c.Key.Subset, c.Value))];
}
