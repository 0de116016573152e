using System.Text;

namespace Meditron.CurationBench;

/// <summary>
/// Writes a corpus of any size whose words follow Zipf's law over English function words and invented terms, with planted faults that ids name: copies
/// (<c>-e00</c>), copies with 1, 5, 10 and 20 % of the words changed (<c>-e01</c> ...), other languages (<c>-xx</c>), short and repetitive documents.
/// </summary>
internal sealed class SyntheticCorpus
{
    private const string Function =
        "the of and to in a is that for it with as was on are be by this from or at which an have not were but has their can who you more will been other may if when one all there these they than into only some no its two had between after most during should about over out how what through both each many any used use patients treatment disease study health blood cells children symptoms results risk";

    private static readonly string[] Foreign =
    [
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über patienten behandlung krankheit studie gesundheit zellen kinder",
        "de la le et les des en un une du dans est que pour qui par sur au avec il plus ne se pas ce sont ou son aux elle cette comme ont être mais leur patients traitement maladie étude santé cellules enfants résultats",
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre pacientes tratamiento enfermedad estudio salud células niños resultados",
    ];

    private static readonly int[] Edits = [0, 1, 5, 10, 20];
    private readonly string[] words;
    private readonly double[] cumulative;
    private readonly ushort[] guide = new ushort[1 << 16];
    private ulong state;

    public SyntheticCorpus(ulong seed)
    {
        state = seed;
        var vocabulary = new List<string>(Function.Split(' '));
        string[] onsets = ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "th", "st", "tr", "pl", "ch", "h", "k"];
        string[] vowels = ["a", "e", "i", "o", "u", "ia", "io", "ea"];
        string[] ends = ["n", "l", "r", "s", "tion", "ment", "al", "ic", "itis", "osis", "ly", "ing", "ed", "er", "in", "ine"];
        var seen = new HashSet<string>(vocabulary);
        while (vocabulary.Count < 20_000)
        {
            var word = new StringBuilder();
            for (var syllables = 1 + (Next() % 3); syllables > 0; syllables--)
            {
                word.Append(onsets[Next() % (ulong)onsets.Length]).Append(vowels[Next() % (ulong)vowels.Length]);
            }

            word.Append(ends[Next() % (ulong)ends.Length]);
            if (seen.Add(word.ToString()))
            {
                vocabulary.Add(word.ToString());
            }
        }

        words = [.. vocabulary];
        cumulative = new double[words.Length];
        double sum = 0;
        for (var i = 0; i < words.Length; i++)
        {
            sum += 1.0 / (i + 3);
            cumulative[i] = sum;
        }

        for (var g = 0; g < guide.Length; g++)
        {
            var at = Array.BinarySearch(cumulative, sum * g / guide.Length);
            guide[g] = (ushort)Math.Min(words.Length - 1, at < 0 ? ~at : at);
        }
    }

    /// <summary>Writes files of at most 1 GiB into a folder until they hold the wanted bytes; returns the number of documents.</summary>
    public long Write(string folder, long bytes, IReadOnlyList<string> benchmarkQuestions)
    {
        Directory.CreateDirectory(folder);
        long written = 0, documents = 0, inFile = 0;
        var file = 0;
        var number = 0L;
        var waiting = new Queue<(long Due, string Id, int[] Words)>();
        var stream = Open(folder, file++);
        var line = new StringBuilder();
        while (written < bytes)
        {
            if (inFile > 1L << 30)
            {
                stream.Dispose();
                stream = Open(folder, file++);
                inFile = 0;
            }

            string id;
            int[] body;
            if (waiting.Count > 0 && waiting.Peek().Due <= number)
            {
                (_, id, body) = waiting.Dequeue();
                Line(line, id, body, null);
            }
            else
            {
                id = $"d{number:0000000000}";
                body = Body();
                switch (number % 200)
                {
                    case 7:
                        Line(line, id + "-xx", body, Foreign[Next() % (ulong)Foreign.Length].Split(' '));
                        break;
                    case 13:
                        Line(line, id + "-short", body[..1], null);
                        break;
                    case 19:
                        var repeated = Enumerable.Repeat(body[..Math.Min(30, body.Length)], 12).SelectMany(b => b).ToArray();
                        Line(line, id + "-rep", repeated, null);
                        break;
                    case 23 when benchmarkQuestions.Count > 0:
                        Line(line, id + "-bench", body, null, benchmarkQuestions[(int)(Next() % (ulong)benchmarkQuestions.Count)]);
                        break;
                    default:
                        Line(line, id, body, null);
                        if (number % 20 == 0 && body.Length >= 60)
                        {
                            var edit = Edits[number / 20 % Edits.Length];
                            waiting.Enqueue((number + 5000, $"{id}-e{edit:00}", Edit(body, edit / 100.0)));
                        }

                        break;
                }

                number++;
            }

            var utf8 = Encoding.UTF8.GetBytes(line.ToString());
            stream.Write(utf8);
            written += utf8.Length;
            inFile += utf8.Length;
            documents++;
        }

        stream.Dispose();
        return documents;
    }

    private int[] Body()
    {
        // Log-normal lengths around 200 words, as abstracts have, with a tail of papers.
        var gauss = Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
        var length = (int)Math.Clamp(200 * Math.Exp(0.8 * gauss), 30, 8000);
        var body = new int[length];
        for (var i = 0; i < length; i++)
        {
            body[i] = Word();
        }

        return body;
    }

    private int Word()
    {
        var random = Next();
        var at = guide[random >> 48];
        var wanted = (random >> 11) * (1.0 / (1UL << 53)) * cumulative[^1];
        while (at < words.Length - 1 && cumulative[at] < wanted)
        {
            at++;
        }

        return at;
    }

    private int[] Edit(int[] body, double rate)
    {
        var edited = new List<int>(body.Length + 16);
        foreach (var word in body)
        {
            if (Unit() >= rate)
            {
                edited.Add(word);
                continue;
            }

            switch (Next() % 3)
            {
                case 0:
                    edited.Add(Word());
                    break;
                case 1:
                    edited.Add(word);
                    edited.Add(Word());
                    break;
            }
        }

        return [.. edited];
    }

    private void Line(StringBuilder line, string id, int[] body, string[]? foreign, string? insert = null)
    {
        line.Clear().Append("{\"id\": \"").Append(id).Append("\", \"source\": \"synthetic\", \"license\": \"CC0-1.0\", \"title\": \"Study ").Append(id).Append("\", \"text\": \"");
        var sentence = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var word = foreign is null ? words[body[i]] : foreign[body[i] % foreign.Length];
            if (sentence == 0)
            {
                line.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
            }
            else
            {
                line.Append(' ').Append(word);
            }

            if (++sentence == 12 + (body[i] % 9))
            {
                line.Append(i % 5 == 0 ? ".\\n\\n" : ". ");
                sentence = 0;
            }

            if (insert is not null && i == body.Length / 2)
            {
                line.Append(' ').Append(insert.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings("\\n"));
            }
        }

        line.Append(".\"}\n");
    }

    private static FileStream Open(string folder, int number) =>
        new(Path.Combine(folder, $"synthetic-{number:000}.jsonl"), FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);

    private double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        // SplitMix64.
        var z = state += 0x9e37_79b9_7f4a_7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11ebUL;
        return z ^ (z >> 31);
    }
}
