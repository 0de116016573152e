using Meditron.Data.Sampling;
using Meditron.Data.Tests.Fixtures;

namespace Meditron.Data.Tests.Sampling;

public sealed class GptSampleIndexTests
{
    [Fact]
    public void Arrays_are_those_of_the_rules_done_in_numpy()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("indices").EnumerateArray())
        {
            var request = new GptIndexRequest(
                known.GetProperty("first").GetInt32(), known.GetProperty("end").GetInt32(), known.GetProperty("samples").GetInt64(),
                known.GetProperty("length").GetInt32(), known.GetProperty("seed").GetUInt32());
            var index = GptSampleIndex.Build(NumpyFixture.Ints(known.GetProperty("sizes")), request);
            Assert.Equal(known.GetProperty("count").GetInt64(), index.Count);
            Assert.Equal(known.GetProperty("doc").GetString(), NumpyFixture.Digest<int>(index.DocumentIndex));
            Assert.Equal(known.GetProperty("sample").GetString(), NumpyFixture.Digest<int>(index.SampleIndex));
            Assert.Equal(known.GetProperty("shuffle").GetString(), NumpyFixture.Digest<uint>(index.ShuffleIndex));
        }
    }

    [Fact]
    public void Epochs_are_the_fewest_that_give_the_samples()
    {
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            var length = random.Next(1, 60);
            long tokens = length + random.Next(1, 300), samples = random.Next(0, 500);
            var plan = EpochPlan.For(tokens, length, samples);
            Assert.Equal(((plan.Epochs * tokens) - 1) / length, plan.Samples);
            Assert.True(plan.Samples >= samples);
            Assert.True(plan.Epochs == 1 || (((plan.Epochs - 1) * tokens) - 1) / length < samples);
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public void Sequence_longer_than_the_tokens_there_are_is_refused_with_both_numbers(int length)
    {
        var error = Assert.Throws<SamplingException>(() => GptSampleIndex.Build([4, 5], new GptIndexRequest(0, 2, 1, length, 0), "part.bin"));
        Assert.Contains("have 9 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{length + 1} are needed", error.Message, StringComparison.Ordinal);
        Assert.Equal("part.bin", error.File);
    }

    [Fact]
    public void A_part_with_no_sequences_is_refused() =>
        Assert.Throws<SamplingException>(() => GptSampleIndex.Build([4, 5], new GptIndexRequest(1, 1, 1, 2, 0)));

    [Fact]
    public void Last_pass_needed_for_little_is_shuffled_apart()
    {
        // 100 tokens a pass, 9 samples a pass of 11 tokens: 2 of them are needed of the second pass.
        var index = GptSampleIndex.Build([60, 40], new GptIndexRequest(0, 2, 11, 11, 3));
        Assert.True(index.Plan.SeparateLastEpoch);
        Assert.Equal(9, index.Plan.SamplesBeforeLastEpoch);
        Assert.All(index.ShuffleIndex[..9], sample => Assert.True(sample < 9));
        Assert.All(index.ShuffleIndex[9..], sample => Assert.True(sample >= 9));
    }
}
