using System.Runtime.Intrinsics;

namespace Meditron.Data.Curation.Languages;

/// <summary>
/// Tells English from other languages: by script first, then among sixteen languages in Latin letters by the likelihood of the text's letter trigrams
/// (Cavnar and Trenkle 1994 for the idea; naive Bayes for the score). Small on purpose: it answers "English or not", and its other answers are hints.
/// </summary>
public static class LanguageIdentifier
{
    private const int Codes = 64;
    private const float Unseen = -9.5f;
    private static readonly byte[] CodeOf = MakeCodes();
    private static readonly (ushort[] Row, Vector512<float>[] Scores) Profile = MakeProfile();

    /// <summary>The codes of the languages in Latin letters that are told apart.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. LanguageTable.Languages.Select(l => l.Code)];

    /// <summary>Finds the likeliest language of a text.</summary>
    public static LanguageGuess Identify(ReadOnlySpan<char> text)
    {
        var (row, scores) = Profile;
        var codes = CodeOf;
        var sums = Vector512<float>.Zero;
        Span<int> scripts = stackalloc int[(int)Script.Count];
        scripts.Clear();
        int previous = 0, before = 0, latin = 0, trigrams = 0;
        foreach (var c in text)
        {
            var code = c < 0x250 ? codes[c] : 0;
            if (code != 0)
            {
                latin++;
            }
            else if (c >= 0x250)
            {
                var script = ScriptOf(c);
                if (script != Script.None)
                {
                    scripts[(int)script]++;
                }
            }

            if (code == 0 && previous == 0)
            {
                continue;
            }

            sums += scores[row[(((before * Codes) + previous) * Codes) + code]];
            trigrams++;
            before = previous;
            previous = code;
        }

        var (other, letters) = (Script.None, latin);
        for (var s = 0; s < scripts.Length; s++)
        {
            letters += scripts[s];
            if (scripts[s] > scripts[(int)other])
            {
                other = (Script)s;
            }
        }

        if (letters == 0)
        {
            return new LanguageGuess("und", 0, 0);
        }

        if (letters - latin > latin)
        {
            // A Greek symbol here and there is ordinary in English medicine; a majority is a language. Kana decides for Japanese, which also uses Han.
            return new LanguageGuess(scripts[(int)Script.Kana] > 0 && other == Script.Han ? "ja" : CodeOfScript(other), letters, double.PositiveInfinity);
        }

        var best = 0;
        for (var l = 1; l < LanguageTable.Languages.Length; l++)
        {
            if (sums[l] > sums[best])
            {
                best = l;
            }
        }

        return new LanguageGuess(LanguageTable.Languages[best].Code, letters, trigrams == 0 ? 0 : (sums[best] - sums[0]) / trigrams);
    }

    private enum Script
    {
        None, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Hangul, Kana, Han, Other, Count,
    }

    private static Script ScriptOf(char c) => c switch
    {
        >= '\u0370' and <= '\u03ff' => Script.Greek,
        >= '\u0400' and <= '\u052f' => Script.Cyrillic,
        >= '\u0590' and <= '\u05ff' => Script.Hebrew,
        >= '\u0600' and <= '\u06ff' => Script.Arabic,
        >= '\u0900' and <= '\u097f' => Script.Devanagari,
        >= '\u0e00' and <= '\u0e7f' => Script.Thai,
        >= '\u3040' and <= '\u30ff' => Script.Kana,
        >= '\u3400' and <= '\u9fff' => Script.Han,
        >= '\uac00' and <= '\ud7af' => Script.Hangul,
        _ => char.IsLetter(c) && c is < '\u1e00' or > '\u1eff' ? Script.Other : Script.None,
    };

    private static string CodeOfScript(Script script) => script switch
    {
        Script.Greek => "el",
        Script.Cyrillic => "ru",
        Script.Hebrew => "he",
        Script.Arabic => "ar",
        Script.Devanagari => "hi",
        Script.Thai => "th",
        Script.Hangul => "ko",
        Script.Kana => "ja",
        Script.Han => "zh",
        _ => "und",
    };

    /// <summary>0 for what is not a letter, 1 to 26 for a to z, then one code for each common accented letter, 63 for the rest.</summary>
    private static byte[] MakeCodes()
    {
        const string accented = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœąćęłńśźżčďěňřšťůžăîșțőűğış";
        var table = new byte[0x250];
        for (var c = 0; c < table.Length; c++)
        {
            var lower = char.ToLowerInvariant((char)c);
            if (lower is >= 'a' and <= 'z')
            {
                table[c] = (byte)(lower - 'a' + 1);
            }
            else if (char.IsLetter(lower))
            {
                var at = accented.IndexOf(lower, StringComparison.Ordinal);
                table[c] = (byte)(at < 0 ? 63 : 27 + (at % 36));
            }
        }

        return table;
    }

    private static (ushort[] Row, Vector512<float>[] Scores) MakeProfile()
    {
        var languages = LanguageTable.Languages;
        var row = new ushort[Codes * Codes * Codes];
        var counts = new List<float[]> { new float[16] };
        var totals = new float[16];
        for (var l = 0; l < languages.Length; l++)
        {
            var rank = 0;
            foreach (var word in languages[l].Words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                // Zipf's law gives the weight of a word from its place in the list.
                var weight = 1f / (5 + rank++);
                int previous = 0, before = 0;
                foreach (var c in word + " ")
                {
                    var code = c < CodeOf.Length ? CodeOf[c] : 63;
                    var index = (((before * Codes) + previous) * Codes) + code;
                    if (row[index] == 0)
                    {
                        row[index] = (ushort)counts.Count;
                        counts.Add(new float[16]);
                    }

                    counts[row[index]][l] += weight;
                    totals[l] += weight;
                    before = previous;
                    previous = code;
                }
            }
        }

        var scores = new Vector512<float>[counts.Count];
        Span<float> lane = stackalloc float[16];
        for (var r = 0; r < scores.Length; r++)
        {
            for (var l = 0; l < 16; l++)
            {
                lane[l] = r > 0 && counts[r][l] > 0 ? MathF.Max(Unseen, MathF.Log(counts[r][l] / totals[l])) : Unseen;
            }

            scores[r] = Vector512.Create<float>(lane);
        }

        return (row, scores);
    }
}
