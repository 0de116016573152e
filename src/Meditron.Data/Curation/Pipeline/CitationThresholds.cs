using System.Runtime.InteropServices;
using Meditron.Data.Curation.Upsampling;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>The quartiles of citations a year among the documents that are kept, which decide the citation bonus of upsampling.</summary>
internal sealed record CitationThresholds(float Bottom, float Top)
{
    /// <summary>Nothing is known: nobody gets a bonus.</summary>
    public static CitationThresholds None { get; } = new(float.PositiveInfinity, float.PositiveInfinity);

    public static CitationThresholds From(CorpusIndex index, CancellationToken cancellation)
    {
        var values = new List<float>();
        index.ForEachKept(
            (_, _, key) =>
            {
                if (key.CitationsPerYear >= 0)
                {
                    values.Add(key.CitationsPerYear);
                }
            },
            cancellation);
        if (values.Count == 0)
        {
            return None;
        }

        CollectionsMarshal.AsSpan(values).Sort();
        return new CitationThresholds(values[values.Count / 4], values[values.Count * 3 / 4]);
    }

    public float Bonus(float citationsPerYear) =>
        citationsPerYear < 0 || citationsPerYear <= Bottom ? 0 : citationsPerYear <= Top ? QualityScore.MiddleCitations : QualityScore.TopCitations;
}
