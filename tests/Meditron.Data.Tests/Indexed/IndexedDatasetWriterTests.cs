using Meditron.Data.Indexed;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Indexed;

public sealed class IndexedDatasetWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(1 << 20, 0)]
    [InlineData(1 << 20, 40)]
    public void Full_disk_says_so_and_leaves_the_earlier_pair_as_it_was(long binRoom, long idxRoom)
    {
        using (var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16))
        {
            writer.AddDocument([1, 2, 3]);
            writer.Complete();
        }

        var before = Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        using (var writer = new IndexedDatasetWriter(
            Prefix, TokenType.UInt16, path => new FullDisk(path, path.EndsWith(".bin", StringComparison.Ordinal) ? binRoom : idxRoom)))
        {
            var error = Assert.Throws<OutputException>(() =>
            {
                writer.AddDocument(new int[5000]);
                writer.Complete();
            });
            Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before.Keys.Order(), Directory.GetFiles(_folder.Path).Order());
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void Writing_that_is_not_completed_leaves_nothing()
    {
        using (var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16))
        {
            writer.AddDocument(new int[3 << 20]);
            Assert.Equal([Prefix + ".partial.bin"], Directory.GetFiles(_folder.Path));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Half_written_files_of_a_process_that_died_are_no_dataset_and_are_overwritten()
    {
        File.WriteAllBytes(Prefix + ".partial.bin", new byte[1000]);
        File.WriteAllBytes(Prefix + ".partial.idx", new byte[10]);
        File.WriteAllBytes(Prefix + ".bin", new byte[7]);
        Assert.Equal(Prefix + ".idx", Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix)).File);
        using (var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16))
        {
            writer.AddDocument([4, 5]);
            writer.Complete();
        }

        using var dataset = IndexedDataset.Open(Prefix);
        Assert.Equal([4, 5], dataset.Read(0));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Token_that_does_not_fit_the_type_is_refused()
    {
        using var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16);
        Assert.Throws<VocabularyException>(() => writer.AddDocument([1, 70000]));
        Assert.Throws<VocabularyException>(() => writer.AddDocument([-1]));
        Assert.Throws<ArgumentException>(() => new IndexedDatasetWriter(Prefix, TokenType.Float64));
    }

    [Fact]
    public void Type_follows_from_the_vocabulary()
    {
        Assert.Equal(TokenType.UInt16, TokenTypes.ForVocabulary(65_499));
        Assert.Equal(TokenType.Int32, TokenTypes.ForVocabulary(65_500));
    }

    [Fact]
    public void Documents_larger_than_the_buffer_are_written_whole()
    {
        var tokens = Enumerable.Range(0, 1_500_001).Select(i => i % 60000).ToArray();
        using (var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16))
        {
            writer.AddDocument([1]);
            writer.AddDocument(tokens);
            writer.EndDocument();
            writer.Complete();
        }

        using var dataset = IndexedDataset.Open(Prefix);
        Assert.Equal(2, dataset.Documents);
        Assert.True(tokens.AsSpan().SequenceEqual(dataset.Read(1)));
    }
}
