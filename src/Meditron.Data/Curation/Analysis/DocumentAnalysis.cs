using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Analysis;

/// <summary>
/// What every step wants to know about a text, found in one pass: a 64-bit hash of each word, lower-cased, and counts of letters. Words are runs of letters
/// and digits. Reused from document to document; belongs to one thread.
/// </summary>
public sealed class DocumentAnalysis
{
    private const ulong WordSeed = 0x9e37_79b9_7f4a_7c15UL;
    private const ulong WordFactor = 0xd989_bcac_c137_dcd5UL;
    private const int Kept = 1 << 20;
    private static readonly byte[] Fold = MakeFold();
    private ulong[] words = new ulong[4096];

    /// <summary>The number of words.</summary>
    public int WordCount { get; private set; }

    /// <summary>Letters of any script.</summary>
    public int Letters { get; private set; }

    /// <summary>Characters that are not white space.</summary>
    public int Visible { get; private set; }

    /// <summary>The hash of each word in order; good until the next call of <see cref="Analyse"/>.</summary>
    public ReadOnlySpan<ulong> Words => words.AsSpan(0, WordCount);

    /// <summary>A set for a step's own use while it looks at this document.</summary>
    public StampedSet Scratch { get; } = new();

    /// <summary>Looks at a text; forgets the one before.</summary>
    public void Analyse(ReadOnlySpan<char> text)
    {
        if (words.Length > Kept && text.Length < Kept)
        {
            words = new ulong[4096];
        }

        if (words.Length < (text.Length / 2) + 1)
        {
            words = new ulong[(text.Length / 2) + 1];
        }

        var count = 0;
        var letters = 0;
        var visible = 0;
        var hash = WordSeed;
        var inWord = false;
        var fold = Fold;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            uint folded;
            if (c < 128)
            {
                folded = fold[c];
            }
            else
            {
                folded = char.IsLetterOrDigit(c) || char.IsSurrogate(c) ? char.ToLowerInvariant(c) : char.IsWhiteSpace(c) ? 0u : 1u;
                letters += char.IsLetter(c) ? 1 : 0;
            }

            if (folded > 1)
            {
                hash = (hash + folded) * WordFactor;
                letters += folded is >= 'a' and <= 'z' ? 1 : 0;
                visible++;
                inWord = true;
            }
            else
            {
                visible += (int)folded;
                if (inWord)
                {
                    words[count++] = Hash64.Finish(hash);
                    hash = WordSeed;
                    inWord = false;
                }
            }
        }

        if (inWord)
        {
            words[count++] = Hash64.Finish(hash);
        }

        WordCount = count;
        Letters = letters;
        Visible = visible;
    }

    /// <summary>The 128-bit hash of the word sequence: equal for texts that differ only in case, punctuation and white space.</summary>
    public (ulong High, ulong Low) NormalisedHash()
    {
        var bytes = MemoryMarshal.AsBytes(Words);
        return (Hash64.Of(bytes, 1), Hash64.Of(bytes, 2));
    }

    /// <summary>The hash of the letters and digits, lower-cased, of the first characters.</summary>
    public static ulong PrefixHash(ReadOnlySpan<char> text, int characters)
    {
        text = text[..Math.Min(characters, text.Length)];
        var key = text.Length <= 1024 ? stackalloc char[text.Length] : new char[text.Length];
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
            {
                key[count++] = char.ToLowerInvariant(c);
            }
        }

        return Hash64.Of(key[..count], 3);
    }

    /// <summary>For ASCII: 0 for white space, 1 for punctuation, else the letter in lower case or the digit.</summary>
    private static byte[] MakeFold()
    {
        var table = new byte[128];
        for (var c = 0; c < 128; c++)
        {
            table[c] = char.IsAsciiLetterOrDigit((char)c) ? (byte)char.ToLowerInvariant((char)c) : char.IsWhiteSpace((char)c) || c < 32 ? (byte)0 : (byte)1;
        }

        return table;
    }
}
