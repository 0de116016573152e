namespace Meditron.Data.Curation.Readers;

/// <summary>Collects a paper's identities across subsets in their one spelling.</summary>
internal sealed class SharedIds
{
    private List<string>? ids;

    public IReadOnlyList<string> List => ids is null ? [] : ids;

    public void Add(string kind, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return;
        }

        value = value.Trim().ToLowerInvariant();
        if (kind == "pmcid" && value.StartsWith("pmc", StringComparison.Ordinal))
        {
            value = value[3..];
        }

        var id = $"{kind}:{value}";
        if (ids?.Contains(id) != true)
        {
            (ids ??= []).Add(id);
        }
    }
}
