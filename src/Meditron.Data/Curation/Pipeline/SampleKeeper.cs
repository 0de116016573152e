namespace Meditron.Data.Curation.Pipeline;

/// <summary>Keeps a few dropped documents for each reason: those with the smallest draws, so that the choice is uniform and does not depend on the order.</summary>
internal sealed class SampleKeeper(int perReason)
{
    private const int ExcerptCharacters = 600;
    private readonly SortedDictionary<(string Step, string Reason), List<DropSample>> kept = [];

    /// <summary>Whether a document with this draw would be kept; asked first, so that a sample is only made where it is.</summary>
    public bool Wants(string step, string reason, ulong draw) =>
        perReason > 0 && (!kept.TryGetValue((step, reason), out var list) || list.Count < perReason || draw < list[^1].Draw);

    public void Add(DropSample sample)
    {
        if (!Wants(sample.Step, sample.Reason, sample.Draw))
        {
            return;
        }

        if (!kept.TryGetValue((sample.Step, sample.Reason), out var list))
        {
            kept.Add((sample.Step, sample.Reason), list = []);
        }

        list.Add(sample);
        list.Sort(static (a, b) => a.Draw != b.Draw ? a.Draw.CompareTo(b.Draw) : string.CompareOrdinal(a.Id, b.Id));
        if (list.Count > perReason)
        {
            list.RemoveAt(perReason);
        }
    }

    public IReadOnlyList<DropSample> ToList() => [.. kept.Values.SelectMany(l => l)];

    public static string Excerpt(string text)
    {
        if (text.Length <= ExcerptCharacters)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[ExcerptCharacters - 1]) ? ExcerptCharacters - 1 : ExcerptCharacters;
        return text[..end];
    }
}
