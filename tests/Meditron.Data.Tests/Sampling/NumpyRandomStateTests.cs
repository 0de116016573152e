using Meditron.Data.Sampling;
using Meditron.Data.Tests.Fixtures;

namespace Meditron.Data.Tests.Sampling;

public sealed class NumpyRandomStateTests
{
    [Fact]
    public void Numbers_are_those_of_numpy()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("raw").EnumerateArray())
        {
            var random = new NumpyRandomState(known.GetProperty("seed").GetUInt32());
            var values = new uint[2000];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = random.NextUInt32();
            }

            Assert.Equal(known.GetProperty("values").EnumerateArray().Select(value => value.GetUInt32()), values[..8]);
            Assert.Equal(known.GetProperty("sha256").GetString(), NumpyFixture.Digest<uint>(values));
        }
    }

    [Fact]
    public void Shuffles_are_those_of_numpy_and_go_on_with_the_same_stream()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("shuffles").EnumerateArray())
        {
            var random = new NumpyRandomState(known.GetProperty("seed").GetUInt32());
            var first = Enumerable.Range(0, known.GetProperty("count").GetInt32()).ToArray();
            var second = first.Select(item => (uint)item).ToArray();
            random.Shuffle<int>(first);
            random.Shuffle<uint>(second);
            Assert.Equal(NumpyFixture.Ints(known.GetProperty("head")), first.Take(10));
            Assert.Equal(known.GetProperty("first").GetString(), NumpyFixture.Digest<int>(first));
            Assert.Equal(known.GetProperty("second").GetString(), NumpyFixture.Digest<uint>(second));
        }
    }

    [Fact]
    public void Intervals_above_32_bits_draw_the_upper_half_first()
    {
        var random = new NumpyRandomState(5);
        var again = new NumpyRandomState(5);
        const ulong maximum = (1UL << 40) - 1;
        for (var i = 0; i < 100; i++)
        {
            ulong upper = again.NextUInt32(), lower = again.NextUInt32();
            Assert.Equal(((upper << 32) | lower) & maximum, random.NextInterval(maximum));
        }
    }
}
