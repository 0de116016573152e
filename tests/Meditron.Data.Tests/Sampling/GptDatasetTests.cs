using Meditron.Data.Indexed;
using Meditron.Data.Sampling;
using Meditron.Testing;

namespace Meditron.Data.Tests.Sampling;

public sealed class GptDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_are_those_of_the_plain_rules_for_many_configurations()
    {
        var random = new Random(11);
        for (var i = 0; i < 120; i++)
        {
            var sizes = Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(0, 40)).ToArray();
            var first = random.Next(sizes.Length);
            var end = random.Next(first + 1, sizes.Length + 1);
            sizes[first] += 40;
            var request = new GptIndexRequest(first, end, random.Next(0, 200), random.Next(1, 40), (uint)random.Next());
            var prefix = _folder.File($"data{i}");
            DatasetFiles.Write(prefix, sizes);
            using var dataset = IndexedDataset.Open(prefix);
            var samples = GptDataset.Create(dataset, "train", request, cacheFolder: null);
            var expected = PlainGptRules.Samples(sizes, request);
            Assert.Equal(expected.Count, samples.Count);
            var tokens = new int[request.SequenceLength + 1];
            for (var sample = 0; sample < expected.Count; sample++)
            {
                samples.Get(sample, tokens);
                Assert.Equal(expected[sample].Select(token => (1000 * token.Sequence) + token.Token), tokens);
            }
        }
    }

    [Fact]
    public void Index_files_have_megatrons_names_and_are_used_again()
    {
        DatasetFiles.Write(_folder.File("data"), 30, 20, 10);
        using var dataset = IndexedDataset.Open(_folder.File("data"));
        var request = new GptIndexRequest(0, 3, 20, 7, 1234);
        var built = GptDataset.Create(dataset, "train", request);
        Assert.Equal(IndexCache.Written, built.Cache);
        foreach (var array in new[] { "doc", "sample", "shuffle" })
        {
            Assert.True(File.Exists(_folder.File($"data_train_indexmap_20ns_7sl_1234s_{array}_idx.npy")));
        }

        var again = GptDataset.Create(dataset, "train", request);
        Assert.Equal(IndexCache.Reused, again.Cache);
        Assert.Equal(All(built), All(again));
    }

    [Theory]
    [InlineData("doc", 128)]
    [InlineData("sample", 128 + 12)]
    [InlineData("shuffle", 128)]
    [InlineData("shuffle", 20)]
    [InlineData("doc", 0)]
    public void Damaged_index_files_are_replaced(string array, int at)
    {
        DatasetFiles.Write(_folder.File("data"), 30, 20, 10);
        using var dataset = IndexedDataset.Open(_folder.File("data"));
        var request = new GptIndexRequest(0, 3, 20, 7, 1234);
        var built = All(GptDataset.Create(dataset, "train", request));
        var file = _folder.File($"data_train_indexmap_20ns_7sl_1234s_{array}_idx.npy");
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x41;
        File.WriteAllBytes(file, bytes);
        var again = GptDataset.Create(dataset, "train", request);
        Assert.Equal(IndexCache.Replaced, again.Cache);
        Assert.NotNull(again.CacheNote);
        Assert.Equal(built, All(again));
        Assert.Equal(IndexCache.Reused, GptDataset.Create(dataset, "train", request).Cache);
    }

    [Fact]
    public void Index_files_of_other_data_or_another_split_under_the_same_name_are_replaced()
    {
        DatasetFiles.Write(_folder.File("data"), 30, 20, 10, 40);
        var request = new GptIndexRequest(0, 3, 20, 7, 1234);
        using (var dataset = IndexedDataset.Open(_folder.File("data")))
        {
            _ = GptDataset.Create(dataset, "train", request);
            Assert.Equal(IndexCache.Replaced, GptDataset.Create(dataset, "train", request with { FirstSequence = 1, EndSequence = 4 }).Cache);
            _ = GptDataset.Create(dataset, "train", request);
        }

        // As many tokens, in other sequences.
        DatasetFiles.Write(_folder.File("data"), 20, 30, 10, 40);
        using (var dataset = IndexedDataset.Open(_folder.File("data")))
        {
            var samples = GptDataset.Create(dataset, "train", request);
            Assert.Equal(IndexCache.Replaced, samples.Cache);
            Assert.Equal(PlainGptRules.Samples([20, 30, 10, 40], request)[0].Select(token => (1000 * token.Sequence) + token.Token), All(samples)[0]);
        }
    }

    [Fact]
    public void Folder_that_cannot_be_written_to_stops_nothing()
    {
        DatasetFiles.Write(_folder.File("data"), 30, 20);
        File.WriteAllText(_folder.File("file"), "in the way");
        using var dataset = IndexedDataset.Open(_folder.File("data"));
        var samples = GptDataset.Create(dataset, "train", new GptIndexRequest(0, 2, 5, 7, 1), _folder.File("file", "cache"));
        Assert.Equal(IndexCache.NotWritten, samples.Cache);
        Assert.NotEmpty(All(samples));
    }

    [Fact]
    public void Samples_outside_the_count_and_wrong_room_are_refused()
    {
        DatasetFiles.Write(_folder.File("data"), 30, 20);
        using var dataset = IndexedDataset.Open(_folder.File("data"));
        var samples = GptDataset.Create(dataset, "train", new GptIndexRequest(0, 2, 5, 7, 1), null);
        Assert.Throws<ArgumentOutOfRangeException>(() => samples.Get(samples.Count, new int[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => samples.Get(-1, new int[8]));
        Assert.Throws<ArgumentException>(() => samples.Get(0, new int[7]));
    }

    private static List<int[]> All(GptDataset samples)
    {
        var all = new List<int[]>();
        for (long i = 0; i < samples.Count; i++)
        {
            var tokens = new int[samples.SequenceLength + 1];
            samples.Get(i, tokens);
            all.Add(tokens);
        }

        return all;
    }
}
