using System.Buffers;
using System.Text;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Writes section headers by the paper's rule: one <c>#</c> for a main section, two for any other, in sentence case.</summary>
public static class SectionHeaders
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>The 23 words that name a main section of a biomedical paper, in the singular; plurals match too.</summary>
    public static IReadOnlyList<string> MainKeywords { get; } =
    [
        "abstract", "summary", "introduction", "background", "rationale", "objective", "aim", "purpose", "method", "methodology", "material", "experimental",
        "case", "result", "finding", "outcome", "discussion", "interpretation", "limitation", "conclusion", "recommendation", "perspective", "appendix",
    ];

    /// <summary>The level: 1 where the header has at most <paramref name="maximumWords"/> words and one of them is a keyword, else 2.</summary>
    public static int Level(string header, IReadOnlyList<string> keywords, int maximumWords = 3)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(keywords);
        var text = header.AsSpan().Trim();
        if (Words.Count(text) > maximumWords)
        {
            return 2;
        }

        foreach (var range in text.Split(' '))
        {
            var word = text[range].Trim(".,:;()&/");
            foreach (var keyword in keywords)
            {
                if (word.StartsWith(keyword, StringComparison.OrdinalIgnoreCase)
                    && (word.Length == keyword.Length || (word.Length == keyword.Length + 1 && word[^1] is 's' or 'S')))
                {
                    return 1;
                }
            }
        }

        return 2;
    }

    /// <summary>Takes a number off the front: <c>2.1 Methods</c>, <c>III. RESULTS</c>, <c>A. Cohort</c>, <c>1) Aim</c>.</summary>
    public static string WithoutNumber(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var text = header.AsSpan().Trim();
        var end = text.IndexOf(' ');
        if (end <= 0)
        {
            return text.ToString();
        }

        var number = text[..end];
        var rest = text[end..].TrimStart();
        var body = number.TrimEnd(".):");
        var marked = body.Length < number.Length;
        var numeric = body.Length > 0 && body.IndexOfAnyExcept(NumberCharacters) < 0 && (marked || body.Contains('.') || body.Length <= 2);
        var roman = marked && body.Length > 0 && body.IndexOfAnyExcept("IVX") < 0;
        var letter = marked && body.Length == 1 && char.IsAsciiLetterUpper(body[0]);
        var titled = rest.Length > 0 && (char.IsUpper(rest[0]) || !char.IsLetter(rest[0]));
        return (numeric && rest.Length > 0 && char.IsLetter(rest[0])) || ((roman || letter) && titled) ? rest.ToString() : text.ToString();
    }

    /// <summary>
    /// Sentence case: headers in capitals or in title case keep one capital, at the start; words with digits or capitals inside (<c>DNA</c> in a
    /// mixed header, <c>mRNA</c>, <c>PBDE-47</c>) and headers already in sentence case stay as they are.
    /// </summary>
    public static string SentenceCase(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var words = header.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var shouted = !header.Any(char.IsLower);
        if (!shouted && !IsTitleCase(words))
        {
            return string.Join(' ', words);
        }

        var result = new StringBuilder(header.Length);
        for (var at = 0; at < words.Length; at++)
        {
            var word = words[at];
            var keep = word.Any(char.IsDigit) || (!shouted && word.Skip(1).Any(char.IsUpper));
            var text = keep ? word : word.ToLowerInvariant();
            if (at == 0 && text.Length > 0 && !keep)
            {
                text = char.ToUpperInvariant(text[0]) + text[1..];
            }

            result.Append(at == 0 ? "" : " ").Append(text);
        }

        return result.ToString();
    }

    /// <summary>Whether every word after the first that matters starts with a capital.</summary>
    private static bool IsTitleCase(string[] words)
    {
        var titled = 0;
        foreach (var word in words.Skip(1))
        {
            if (word.Length <= 3 || word is "with" or "from" || !char.IsLetter(word[0]) || word.Skip(1).Any(char.IsUpper))
            {
                continue;
            }

            if (!char.IsUpper(word[0]))
            {
                return false;
            }

            titled++;
        }

        return titled > 0;
    }
}
