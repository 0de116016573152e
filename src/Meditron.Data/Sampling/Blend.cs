namespace Meditron.Data.Sampling;

/// <summary>Megatron's rule for mixing datasets: at each step the one that is furthest behind its share.</summary>
public static class Blend
{
    /// <summary>How many datasets can be mixed; one byte tells them apart.</summary>
    public const int MaximumSources = 254;

    /// <summary>How many samples a dataset must have ready for a mixture: 0.5 % more than its share.</summary>
    public static long SamplesFor(long samples, double normalizedWeight) => (long)Math.Ceiling(samples * normalizedWeight * 1.005);

    /// <summary>The weights divided by their sum, added in the given order.</summary>
    /// <exception cref="SamplingException">A weight is negative or not a number, or all are 0.</exception>
    public static double[] Normalize(IReadOnlyList<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight >= 0 && !double.IsInfinity(weight)
                ? weight
                : throw new SamplingException($"could not mix datasets: the weight {weight} is not a number of at least 0. Correct it.");
        }

        return sum > 0
            ? [.. weights.Select(weight => weight / sum)]
            : throw new SamplingException("could not mix datasets: all weights are 0. Give at least one that is not.");
    }

    /// <summary>Which dataset, and which of its samples, each sample of the mixture is.</summary>
    /// <param name="normalizedWeights">The shares, which add up to 1.</param>
    /// <param name="sources">Which dataset; its length is the number of samples.</param>
    /// <param name="samples">Which of the dataset's samples.</param>
    public static void Fill(ReadOnlySpan<double> normalizedWeights, Span<byte> sources, Span<long> samples)
    {
        var used = new long[normalizedWeights.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            var steps = Math.Max(i, 1.0);
            var chosen = 0;
            var largest = (normalizedWeights[0] * steps) - used[0];
            for (var source = 1; source < normalizedWeights.Length; source++)
            {
                var behind = (normalizedWeights[source] * steps) - used[source];
                if (behind > largest)
                {
                    largest = behind;
                    chosen = source;
                }
            }

            sources[i] = (byte)chosen;
            samples[i] = used[chosen]++;
        }
    }

    /// <summary>The sum that NumPy gives, whose order of additions depends on the length: eight running sums from 8 items on.</summary>
    internal static double NumpySum(ReadOnlySpan<double> items)
    {
        var sum = 0.0;
        if (items.Length < 8)
        {
            foreach (var item in items)
            {
                sum += item;
            }

            return sum;
        }

        if (items.Length > 128)
        {
            var half = items.Length / 2;
            half -= half % 8;
            return NumpySum(items[..half]) + NumpySum(items[half..]);
        }

        Span<double> running = stackalloc double[8];
        items[..8].CopyTo(running);
        var at = 8;
        for (; at < items.Length - (items.Length % 8); at += 8)
        {
            for (var k = 0; k < 8; k++)
            {
                running[k] += items[at + k];
            }
        }

        sum = (running[0] + running[1] + (running[2] + running[3])) + (running[4] + running[5] + (running[6] + running[7]));
        for (; at < items.Length; at++)
        {
            sum += items[at];
        }

        return sum;
    }
}
