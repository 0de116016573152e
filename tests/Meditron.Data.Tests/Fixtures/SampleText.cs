using System.Text;

namespace Meditron.Data.Tests.Fixtures;

/// <summary>Text made from a seed: words of a small language, numbers, punctuation, odd spaces, letters outside ASCII and some of the special tokens.</summary>
internal static class SampleText
{
    private static readonly string[] Syllables = ["car", "di", "o", "lo", "gy", "pa", "tient", "the", "ra", "py", "in", "sul", "re", "nal", "do", "se", "a", "li", "mus"];
    private static readonly string[] Odd = ["é", "µg", "≥", "β-", "漢字", "🩺", "ﬁ", "▁", "▁▁x", "<EOD>", "[bib_ref]", "[/bib_ref]", "<s>", "[", "<", "\t", "\u00a0", "[fig"];

    public static string Make(int seed, int words, bool odd = true)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            var kind = random.Next(20);
            if (kind == 0 && odd)
            {
                text.Append(Odd[random.Next(Odd.Length)]);
            }
            else if (kind == 1)
            {
                text.Append(random.Next(10000));
            }
            else
            {
                for (var syllables = random.Next(1, 5); syllables > 0; syllables--)
                {
                    text.Append(Syllables[(int)(Syllables.Length * random.NextDouble() * random.NextDouble())]);
                }
            }

            text.Append(random.Next(30) switch { 0 => ". ", 1 => ",  ", 2 => "\n", 3 => "\n\n    ", 4 when odd => "", 5 => "   ", _ => " " });
        }

        return text.ToString();
    }

    public static IEnumerable<ReadOnlyMemory<byte>> Corpus(int documents = 60) =>
        Enumerable.Range(0, documents).Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(Make(i, 150)));
}
