using System.Buffers.Binary;
using Meditron.Data.Indexed;
using Meditron.Data.Sampling;
using Meditron.Data.Tests.Fixtures;
using Meditron.Testing;

namespace Meditron.Data.Tests.Sampling;

public sealed class BlendedDatasetTests
{
    [Fact]
    public void Mixtures_are_those_of_the_rule_done_in_numpy()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("blends").EnumerateArray())
        {
            var weights = known.GetProperty("weights").EnumerateArray().Select(weight => weight.GetDouble()).ToArray();
            var count = known.GetProperty("count").GetInt32();
            var mixture = new BlendedDataset([.. weights.Select(_ => new Numbered(count))], weights, count);
            var places = Enumerable.Range(0, count).Select(i => mixture.Locate(i)).ToList();
            Assert.Equal(NumpyFixture.Ints(known.GetProperty("head")), places.Take(12).Select(place => place.Source));
            Assert.Equal(known.GetProperty("sources").GetString(), NumpyFixture.Digest<byte>([.. places.Select(place => (byte)place.Source)]));
            Assert.Equal(known.GetProperty("samples").GetString(), NumpyFixture.Digest<long>([.. places.Select(place => place.Sample)]));
        }
    }

    [Fact]
    public void Sums_are_numpys_to_the_last_bit()
    {
        foreach (var known in NumpyFixture.Root.GetProperty("sums").EnumerateArray())
        {
            var values = Enumerable.Range(0, known.GetProperty("count").GetInt32()).Select(i => 1.0 / (i + 3.0)).ToArray();
            var expected = BinaryPrimitives.ReadDoubleLittleEndian(Convert.FromHexString(known.GetProperty("bits").GetString()!));
            Assert.Equal(expected, Blend.NumpySum(values));
        }
    }

    [Fact]
    public void Every_prefix_of_a_mixture_is_close_to_the_weights_and_each_source_goes_in_order()
    {
        double[] weights = [0.5, 0.3, 0.2];
        var mixture = new BlendedDataset([new Numbered(1000), new Numbered(1000), new Numbered(1000)], weights, 900);
        var used = new long[3];
        for (var i = 0; i < 900; i++)
        {
            var (source, sample) = mixture.Locate(i);
            Assert.Equal(used[source]++, sample);
            Assert.All(Enumerable.Range(0, 3), k => Assert.True(Math.Abs(used[k] - (weights[k] * (i + 1))) < 2));
        }
    }

    [Fact]
    public void Source_with_too_few_samples_is_named()
    {
        var error = Assert.Throws<SamplingException>(() => new BlendedDataset([new Numbered(100), new Numbered(3)], [1, 1], 50));
        Assert.Contains("dataset 1 has 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(7, new BlendedDataset([new Numbered(100), new Numbered(3)], [1, 1]).Count);
    }

    [Fact]
    public void Sources_of_different_lengths_and_odd_weights_are_refused()
    {
        Assert.Throws<SamplingException>(() => new BlendedDataset([new Numbered(9), new Numbered(9, 5)], [1, 1]));
        Assert.Throws<SamplingException>(() => new BlendedDataset([new Numbered(9), new Numbered(9)], [1, -1]));
        Assert.Throws<SamplingException>(() => new BlendedDataset([new Numbered(9), new Numbered(9)], [0, 0]));
        Assert.Throws<SamplingException>(() => new BlendedDataset([new Numbered(9)], [1, 1]));
        Assert.Throws<SamplingException>(() => new BlendedDataset([], []));
    }

    [Fact]
    public void Sample_sets_split_and_mix_datasets_as_megatron_does()
    {
        using var folder = new TemporaryFolder();
        DatasetFiles.Write(folder.File("a"), [.. Enumerable.Repeat(20, 50)]);
        DatasetFiles.Write(folder.File("b"), [.. Enumerable.Repeat(30, 40)]);
        var options = new SampleSetOptions
        {
            Paths = WeightedPath.Parse(["3", folder.File("a"), "1", folder.File("b")]),
            SequenceLength = 16, Split = "80,20", TrainSamples = 100, ValidationSamples = 10,
        };
        using var sets = SampleSets.Open(options);
        Assert.Null(sets.Test);
        Assert.Equal((100L, 10L), (sets.Train!.Count, sets.Validation!.Count));
        Assert.True(File.Exists(folder.File("a_train_indexmap_76ns_16sl_1234s_doc_idx.npy")));
        Assert.True(File.Exists(folder.File("b_valid_indexmap_3ns_16sl_1234s_doc_idx.npy")));

        // Sequences below 40 of the first dataset and below 32 of the second are for training.
        using var first = IndexedDataset.Open(folder.File("a"));
        var alone = GptDataset.Create(first, "train", new GptIndexRequest(0, 40, 76, 16, 1234), null);
        int[] tokens = new int[17], expected = new int[17];
        sets.Train.Get(0, tokens);
        alone.Get(0, expected);
        Assert.Equal(expected, tokens);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("1", "a", "2")]
    public void Paths_that_are_not_weights_and_paths_by_turns_are_refused(params string[] words) =>
        Assert.Throws<SamplingException>(() => WeightedPath.Parse(words));

    private sealed class Numbered(long count, int length = 4) : ISampleSource
    {
        public long Count => count;

        public int SequenceLength => length;

        public void Get(long index, Span<int> destination) => destination.Fill((int)index);
    }
}
