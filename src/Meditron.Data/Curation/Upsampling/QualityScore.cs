using System.Text;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Upsampling;

/// <summary>
/// The quality that a paper's metadata shows, as MEDITRON's table 10 scores it: by publication types, then, for papers that score at all, by age and
/// citations a year. An ablation of the paper, which found no gain.
/// </summary>
public sealed class QualityScore
{
    /// <summary>What the top quarter by citations a year gains.</summary>
    public const float TopCitations = 1f;

    /// <summary>What the middle half by citations a year gains.</summary>
    public const float MiddleCitations = 0.5f;

    private static readonly Dictionary<string, float> TypeScores = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Guideline"] = 1f,
        ["Practice Guideline"] = 1f,
        ["Patient Education Handout"] = 1f,
        ["Meta-Analysis"] = 1f,
        ["Systematic Review"] = 0.8f,
        ["Clinical Trial, Phase IV"] = 0.8f,
        ["Clinical Trial, Phase III"] = 0.6f,
        ["Clinical Trial, Phase II"] = 0.4f,
        ["Clinical Trial, Phase I"] = 0.2f,
        ["Randomized Controlled Trial"] = 0.5f,
        ["Review"] = 0.5f,
        ["Observational Study"] = 0.5f,
        ["Comparative Study"] = 0.5f,
        ["Clinical Study"] = 0.4f,
        ["Editorial"] = 0.1f,
        ["Letter"] = 0.1f,
        ["Comment"] = 0.1f,
    };

    private static readonly HashSet<string> ExcludedTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "Observational Study, Veterinary", "Retracted Publication", "Retraction of Publication", "Preprint",
    };

    private readonly UpsamplingSettings settings;
    private readonly HashSet<string> journals;

    /// <summary>A scorer under some settings.</summary>
    public QualityScore(UpsamplingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        journals = [.. settings.ApprovedJournals.Select(Normalise)];
    }

    /// <summary>Scores a document without its citations, which are judged against all others.</summary>
    /// <param name="metadata">What is known of it.</param>
    /// <param name="citationsPerYear">Its citations a year, or -1 where unknown or without effect.</param>
    /// <returns>The score, or null where the metadata excludes the document (animal studies, retractions, preprints).</returns>
    public float? Of(DocumentMetadata metadata, out float citationsPerYear)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        citationsPerYear = -1;
        float score = 0;
        foreach (var type in metadata.PublicationTypes)
        {
            if (ExcludedTypes.Contains(type))
            {
                return null;
            }

            score += TypeScores.GetValueOrDefault(type);
        }

        if (metadata.MeshTerms.Contains("Animals", StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        if (metadata.Journal is { } journal && journals.Contains(Normalise(journal)))
        {
            score += 1;
        }

        if (score <= 0 || metadata.Year is not { } year)
        {
            return score;
        }

        // Only the year is known of most documents: 5.5 years is taken as "at most 5 by the year".
        var age = Math.Max(0, settings.ReferenceYear - year);
        score += age <= 5 ? 1f : age <= 10 ? 0.2f : 0f;
        if (metadata.Citations is { } citations)
        {
            citationsPerYear = (float)citations / (age + 1);
        }

        return score;
    }

    /// <summary>How often a document is written: 1 + score * fold, its fraction by chance.</summary>
    public static int Repeats(double score, double fold, double draw)
    {
        var times = 1 + (score * fold);
        var whole = (int)times;
        return draw < times - whole ? whole + 1 : whole;
    }

    private static string Normalise(string journal)
    {
        var builder = new StringBuilder(journal.Length);
        foreach (var c in journal)
        {
            if (char.IsLetterOrDigit(c))
            {
                builder.Append(char.ToLowerInvariant(c));
            }
        }

        return builder.ToString();
    }
}
