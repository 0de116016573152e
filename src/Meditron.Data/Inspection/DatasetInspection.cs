using System.Numerics;
using Meditron.Data.Indexed;
using Meditron.Data.Sampling;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Inspection;

/// <summary>Looks through a dataset: counts, lengths, entropy, and some sequences as text.</summary>
public static class DatasetInspection
{
    /// <summary>Reads the whole dataset once.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="tokenizer">The tokenizer it was made with, for the text of the samples.</param>
    /// <param name="samples">How many sequences to show.</param>
    /// <param name="seed">Which ones.</param>
    /// <param name="sampleTokens">How many tokens of each.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="VocabularyException">The dataset was made with another tokenizer.</exception>
    public static DatasetSummary Inspect(
        IndexedDataset dataset, ITokenizer? tokenizer = null, int samples = 3, uint seed = 0, int sampleTokens = 64, CancellationToken cancellation = default)
    {
        if (tokenizer is not null && dataset.Manifest?.TokenizerHash is { } hash && !string.Equals(hash, tokenizer.Hash, StringComparison.OrdinalIgnoreCase))
        {
            throw new VocabularyException(
                $"could not decode the dataset: it was made with another tokenizer (hash {hash[..12]}…, this one is {tokenizer.Hash[..12]}…). Give the one it was made with.",
                dataset.Paths.Manifest);
        }

        var sizes = dataset.Sizes();
        var counts = CountTokens(dataset, cancellation);
        var histogram = Histogram(sizes);
        var shown = Samples(dataset, sizes, tokenizer, samples, seed, sampleTokens);
        Array.Sort(sizes);
        return new DatasetSummary
        {
            Documents = dataset.Documents,
            Sequences = dataset.Sequences,
            Tokens = dataset.Tokens,
            Shortest = sizes.Length == 0 ? 0 : sizes[0],
            Median = sizes.Length == 0 ? 0 : sizes[(sizes.Length - 1) / 2],
            Longest = sizes.Length == 0 ? 0 : sizes[^1],
            Histogram = histogram,
            LargestToken = counts.Length - 1,
            DistinctTokens = counts.Count(count => count > 0),
            UnigramEntropy = Entropy(counts, dataset.Tokens),
            Samples = shown,
        };
    }

    private static long[] CountTokens(IndexedDataset dataset, CancellationToken cancellation)
    {
        var counts = new long[1 << 16];
        var largest = -1;
        var block = new int[1 << 16];
        for (long at = 0; at < dataset.Tokens; at += block.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, dataset.Tokens - at));
            dataset.ReadFlat(at, part);
            foreach (var token in part)
            {
                if (token < 0)
                {
                    throw new IndexedDatasetException($"a token is {token}, which is not an id. Give a dataset of tokens.", dataset.Paths.Bin);
                }

                if (token >= counts.Length)
                {
                    Array.Resize(ref counts, (int)Math.Min(Array.MaxLength, (long)BitOperations.RoundUpToPowerOf2((uint)token + 1)));
                }

                largest = Math.Max(largest, token);
                counts[token]++;
            }
        }

        return counts[..(largest + 1)];
    }

    private static double Entropy(long[] counts, long total)
    {
        var entropy = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                var share = (double)count / total;
                entropy -= share * Math.Log(share);
            }
        }

        return entropy;
    }

    private static List<LengthBucket> Histogram(ReadOnlySpan<int> sizes)
    {
        // 0, 1, 2-3, 4-7, ...: a bucket for each number of binary digits.
        var counts = new long[33];
        foreach (var size in sizes)
        {
            counts[32 - BitOperations.LeadingZeroCount((uint)size)]++;
        }

        var first = Array.FindIndex(counts, count => count > 0);
        var last = Array.FindLastIndex(counts, count => count > 0);
        var buckets = new List<LengthBucket>();
        for (var digits = first; digits >= 0 && digits <= last; digits++)
        {
            buckets.Add(digits == 0 ? new LengthBucket(0, 0, counts[0]) : new LengthBucket(1 << (digits - 1), (int)((1L << digits) - 1), counts[digits]));
        }

        return buckets;
    }

    private static List<InspectedSample> Samples(IndexedDataset dataset, int[] sizes, ITokenizer? tokenizer, int samples, uint seed, int sampleTokens)
    {
        var shown = new List<InspectedSample>();
        if (sizes.Length == 0)
        {
            return shown;
        }

        var random = new NumpyRandomState(seed);
        for (var i = 0; i < Math.Min(samples, sizes.Length); i++)
        {
            var sequence = (int)random.NextInterval((ulong)sizes.Length - 1);
            var ids = new int[Math.Min(sizes[sequence], sampleTokens)];
            dataset.Read(sequence, 0, ids);
            shown.Add(new InspectedSample(sequence, sizes[sequence], ids, tokenizer?.Decode(ids) ?? ""));
        }

        return shown;
    }
}
