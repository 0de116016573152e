using Meditron.Data.Sampling;

namespace Meditron.Training.Parallel;

/// <summary>Micro-batches read straight from a sample source, on the caller's thread.</summary>
public sealed class SampleMicroBatches : IMicroBatchSource
{
    private readonly ISampleSource source;
    private readonly int[] sample;

    /// <summary>Wraps a source.</summary>
    public SampleMicroBatches(ISampleSource source)
    {
        this.source = source;
        sample = new int[source.SequenceLength + 1];
    }

    /// <inheritdoc/>
    public long Count => source.Count;

    /// <inheritdoc/>
    public void Load(long firstSample, Span<int> tokens, Span<int> targets)
    {
        var length = source.SequenceLength;
        for (var row = 0; row * length < tokens.Length; row++)
        {
            source.Get(firstSample + row, sample);
            sample.AsSpan(0, length).CopyTo(tokens[(row * length)..]);
            sample.AsSpan(1, length).CopyTo(targets[(row * length)..]);
        }
    }
}
