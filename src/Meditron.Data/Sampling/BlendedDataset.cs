namespace Meditron.Data.Sampling;

/// <summary>Samples of several sources mixed by weight, with Megatron's deterministic rule.</summary>
public sealed class BlendedDataset : ISampleSource
{
    private readonly IReadOnlyList<ISampleSource> _sources;
    private readonly byte[] _source;
    private readonly long[] _sample;

    /// <summary>Mixes sources.</summary>
    /// <param name="sources">The sources, all of one sequence length.</param>
    /// <param name="weights">Their shares, of any sum.</param>
    /// <param name="samples">How many samples; by default as many as the sources have together, as Megatron takes, up to where one runs out.</param>
    /// <exception cref="SamplingException">The lengths differ, there are too many sources or none, or one has too few samples.</exception>
    public BlendedDataset(IReadOnlyList<ISampleSource> sources, IReadOnlyList<double> weights, long? samples = null)
    {
        if (sources.Count == 0 || sources.Count > Blend.MaximumSources || sources.Count != weights.Count)
        {
            throw new SamplingException($"could not mix {sources.Count} datasets with {weights.Count} weights: give 1 to {Blend.MaximumSources} of each.");
        }

        SequenceLength = sources[0].SequenceLength;
        for (var i = 1; i < sources.Count; i++)
        {
            if (sources[i].SequenceLength != SequenceLength)
            {
                throw new SamplingException($"could not mix datasets: dataset {i} has samples of {sources[i].SequenceLength} tokens, {SequenceLength} were expected. Use one length.");
            }
        }

        var total = samples ?? sources.Sum(source => source.Count);
        if (total > Array.MaxLength)
        {
            throw new SamplingException($"could not mix datasets: {total} samples are more than fit. Ask for fewer.");
        }

        // Megatron normalizes where it reads the weights and once more, with NumPy's sum, where it mixes; in floating point that is not the same as once.
        var shares = Blend.Normalize(weights);
        var sum = Blend.NumpySum(shares);
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] /= sum;
        }

        _sources = sources;
        _source = new byte[total];
        _sample = new long[total];
        Blend.Fill(shares, _source, _sample);
        Count = total;
        for (long i = 0; i < total; i++)
        {
            if (_sample[i] < sources[_source[i]].Count)
            {
                continue;
            }

            Count = samples is null ? i : throw new SamplingException(
                $"could not mix {total} samples: dataset {_source[i]} has {sources[_source[i]].Count}, more are needed for its share of {shares[_source[i]]:P2}. "
                + "Ask for fewer samples, or make the dataset's own number larger.");
            break;
        }
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public int SequenceLength { get; }

    /// <summary>Which source a sample is of, and which of its samples.</summary>
    public (int Source, long Sample) Locate(long index) =>
        index >= 0 && index < Count
            ? (_source[index], _sample[index])
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} samples.");

    /// <inheritdoc/>
    public void Get(long index, Span<int> destination)
    {
        var (source, sample) = Locate(index);
        _sources[source].Get(sample, destination);
    }
}
