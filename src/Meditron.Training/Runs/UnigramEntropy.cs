using Meditron.Data.Indexed;
using Meditron.Data.Sampling;

namespace Meditron.Training.Runs;

/// <summary>The loss that a model without context reaches: the line a loss curve has to go below.</summary>
public static class UnigramEntropy
{
    private const int Block = 1 << 16;

    /// <summary>
    /// Cross-entropy, in nats a token, of the validation tokens under the frequencies of the training tokens, each token counted once more than it occurs.
    /// Where the split has no validation part, of the training tokens themselves.
    /// </summary>
    /// <param name="datasets">The datasets.</param>
    /// <param name="split">Shares of training, validation and test.</param>
    /// <param name="vocabulary">Number of token ids.</param>
    public static double Compute(IReadOnlyList<IndexedDataset> datasets, string split, int vocabulary)
    {
        var train = new long[vocabulary];
        var validation = new long[vocabulary];
        foreach (var dataset in datasets)
        {
            var parts = DataSplit.Parse(split, checked((int)dataset.Sequences));
            Count(dataset, 0, parts.TrainEnd, train);
            Count(dataset, parts.TrainEnd, parts.ValidationEnd, validation);
        }

        var total = (double)train.Sum() + vocabulary;
        var counted = validation.Sum() > 0 ? validation : train;
        double entropy = 0;
        for (var token = 0; token < vocabulary; token++)
        {
            entropy -= counted[token] * Math.Log((train[token] + 1) / total);
        }

        return entropy / Math.Max(1, counted.Sum());
    }

    private static void Count(IndexedDataset dataset, int first, int end, long[] counts)
    {
        if (first >= end)
        {
            return;
        }

        var tokens = new int[Block];
        var sizes = dataset.Sizes();
        for (var sequence = first; sequence < end; sequence++)
        {
            for (var offset = 0; offset < sizes[sequence]; offset += Block)
            {
                var part = tokens.AsSpan(0, Math.Min(Block, sizes[sequence] - offset));
                dataset.Read(sequence, offset, part);
                foreach (var token in part)
                {
                    counts[token]++;
                }
            }
        }
    }
}
