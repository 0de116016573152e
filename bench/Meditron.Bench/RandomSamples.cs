using Meditron.Data.Sampling;

namespace Meditron.Bench;

/// <summary>Samples of uniformly random tokens, as the peer's bench trains on.</summary>
internal sealed class RandomSamples(int vocabulary, int sequenceLength, int seed) : ISampleSource
{
    public long Count => long.MaxValue;

    public int SequenceLength => sequenceLength;

    public void Get(long index, Span<int> destination)
    {
        // SplitMix64 on (seed, index): no allocation, unlike a Random for each sample.
        var state = unchecked(((ulong)(uint)seed << 32) ^ ((ulong)index * 0x9E3779B97F4A7C15UL));
        for (var position = 0; position < destination.Length; position++)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15UL);
            var mixed = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL);
            mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL);
            destination[position] = (int)((mixed ^ (mixed >> 31)) % (ulong)vocabulary);
        }
    }
}
