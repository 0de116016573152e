using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Filters;

/// <summary>Drops documents that repeat themselves by the line, the paragraph or the n-gram.</summary>
public sealed class RepetitionFilter(RepetitionSettings settings) : AnalysedStep
{
    private const ulong Base = 0x9fb2_1c65_1e98_df25UL;
    private readonly ulong oldest = Power(Base, settings.NgramWords);

    /// <inheritdoc/>
    public override string Name => CurationStep.Repetition;

    /// <inheritdoc/>
    public override StepResult Apply(CorpusDocument document, DocumentAnalysis analysis)
    {
        if (analysis.WordCount < settings.MinWords)
        {
            return StepResult.Keep(document);
        }

        var text = document.Text;
        var lines = RepeatedShare(text, "\n", analysis.Scratch);
        if (lines > settings.MaxDuplicateLines)
        {
            return Drop(DropReason.RepeatedLines, lines, "lines", settings.MaxDuplicateLines);
        }

        var paragraphs = RepeatedShare(text, "\n\n", analysis.Scratch);
        if (paragraphs > settings.MaxDuplicateParagraphs)
        {
            return Drop(DropReason.RepeatedParagraphs, paragraphs, "paragraphs", settings.MaxDuplicateParagraphs);
        }

        var ngrams = RepeatedNgrams(analysis);
        return ngrams > settings.MaxDuplicateNgrams
            ? Drop(DropReason.RepeatedNgrams, ngrams, $"{settings.NgramWords}-grams", settings.MaxDuplicateNgrams)
            : StepResult.Keep(document);
    }

    /// <summary>The share of the text's characters in parts that equal an earlier part.</summary>
    internal static double RepeatedShare(string text, string separator, StampedSet seen)
    {
        var rest = text.AsSpan();
        if (rest.IndexOf(separator) < 0)
        {
            return 0;
        }

        seen.Reset((text.Length / 2) + 1);
        long repeated = 0;
        long total = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(separator);
            var part = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + separator.Length)..];
            if (part.IsEmpty)
            {
                continue;
            }

            total += part.Length;
            if (!seen.Add(Hash64.Of(part)))
            {
                repeated += part.Length;
            }
        }

        return total == 0 ? 0 : (double)repeated / total;
    }

    private double RepeatedNgrams(DocumentAnalysis analysis)
    {
        var n = settings.NgramWords;
        var words = analysis.Words;
        if (words.Length <= n)
        {
            return 0;
        }

        var seen = analysis.Scratch;
        seen.Reset(words.Length);
        ulong rolling = 0;
        var repeated = 0;
        for (var i = 0; i < words.Length; i++)
        {
            rolling = (rolling * Base) + words[i];
            if (i >= n)
            {
                rolling -= words[i - n] * oldest;
            }

            if (i >= n - 1 && !seen.Add(Hash64.Finish(rolling)))
            {
                repeated++;
            }
        }

        return (double)repeated / (words.Length - n + 1);
    }

    private static StepResult Drop(string reason, double share, string what, double limit) =>
        StepResult.Drop(reason, FormattableString.Invariant($"{share:0.00} repeats earlier {what}, more than {limit:0.00}"));

    private static ulong Power(ulong value, int exponent)
    {
        ulong result = 1;
        for (var i = 0; i < exponent; i++)
        {
            result *= value;
        }

        return result;
    }
}
