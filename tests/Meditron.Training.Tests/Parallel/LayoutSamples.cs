using Meditron.Data.Sampling;

namespace Meditron.Training.Tests.Parallel;

/// <summary>Samples that a model can learn from, by index alone.</summary>
internal sealed class LayoutSamples(int sequenceLength, int vocabulary) : ISampleSource
{
    public long Count => 10_000;

    public int SequenceLength => sequenceLength;

    public void Get(long index, Span<int> destination)
    {
        for (var position = 0; position < destination.Length; position++)
        {
            destination[position] = (int)((index * 31 + position * (index % 5 + 1)) % vocabulary);
        }
    }
}
