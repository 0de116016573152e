using Meditron.Data.Sampling;
using Meditron.Data.Tests.Fixtures;

namespace Meditron.Data.Tests.Sampling;

public sealed class DataSplitTests
{
    [Fact]
    public void Splits_are_those_of_the_rule_in_python()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("splits").EnumerateArray())
        {
            var split = DataSplit.Parse(known.GetProperty("text").GetString()!, known.GetProperty("size").GetInt32());
            Assert.Equal(NumpyFixture.Ints(known.GetProperty("ends")), new[] { split.TrainEnd, split.ValidationEnd, split.TestEnd });
        }
    }

    [Theory]
    [InlineData("a, b")]
    [InlineData("0,0,0")]
    [InlineData("-1, 2")]
    [InlineData("")]
    [InlineData("NaN")]
    public void Weights_that_make_no_sense_are_refused(string weights)
    {
        var error = Assert.Throws<SamplingException>(() => DataSplit.Parse(weights, 100));
        Assert.Contains($"\"{weights}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("969, 30, 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Boundaries_stay_in_order_for_any_size_and_weights()
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var size = random.Next(0, 30);
            var split = DataSplit.Parse($"{random.Next(1, 5)},{random.Next(4)},{random.Next(4)}", size);
            Assert.InRange(split.TrainEnd, 0, split.ValidationEnd);
            Assert.InRange(split.ValidationEnd, split.TrainEnd, size);
            Assert.Equal(size, split.TestEnd);
        }
    }
}
