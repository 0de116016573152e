using System.Buffers.Binary;
using Meditron.Data.Indexed;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Indexed;

public sealed class IndexedDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Written_files_are_byte_for_byte_megatrons()
    {
        var known = NumpyFixture.Root.GetProperty("mmap");
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        Assert.Equal(known.GetProperty("idx16").GetString(), Hex(".idx"));
        Assert.Equal(known.GetProperty("bin16").GetString(), Hex(".bin"));
        Write(TokenType.Int32, endAfter: [1, 2]);
        Assert.Equal(known.GetProperty("idx32").GetString(), Hex(".idx"));
        Assert.Equal(known.GetProperty("bin32").GetString(), Hex(".bin"));
    }

    [Fact]
    public void Files_without_a_manifest_are_read()
    {
        Write(TokenType.Int32, endAfter: [1, 2]);
        File.Delete(Prefix + ".json");
        using var dataset = IndexedDataset.Open(Prefix);
        Assert.Equal((3L, 2L, 8L), (dataset.Sequences, dataset.Documents, dataset.Tokens));
        Assert.Equal([3, 1, 4], dataset.Sizes());
        Assert.Equal([65000], dataset.Read(1));
        Assert.Equal([0L, 2L, 3L], Enumerable.Range(0, 3).Select(i => dataset.DocumentStart(i)));
        var part = new int[2];
        dataset.Read(2, 1, part);
        Assert.Equal([8, 9], part);
        Assert.False(dataset.VerifyTokens());
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Read(2, 3, part));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.SizeOf(3));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(8, 2)]
    public void Every_type_of_token_is_read(byte code, int width)
    {
        var bin = new byte[40 * width];
        for (var i = 0; i < 40; i++)
        {
            bin[i * width] = (byte)(i + 1);
        }

        WriteRaw(code, width, bin);
        using var dataset = IndexedDataset.Open(Prefix);
        Assert.Equal(Enumerable.Range(1, 40), dataset.Read(0));
        Assert.Equal(40, dataset.Tokens);
    }

    [Theory]
    [InlineData(6, 8, 4)]
    [InlineData(7, 4, 4)]
    [InlineData(7, 8, 8)]
    public void Floating_point_is_opened_and_not_taken_for_tokens(byte code, int width, int floatSize)
    {
        WriteRaw(code, width, new byte[40 * width]);
        using var dataset = IndexedDataset.Open(Prefix, floatSize);
        Assert.Equal(40, dataset.Tokens);
        Assert.Throws<IndexedDatasetException>(() => dataset.Read(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_flipped_bit_of_the_index_is_found(bool manifest)
    {
        using (var writer = new IndexedDatasetWriter(Prefix, TokenType.UInt16))
        {
            for (var i = 0; i < 5; i++)
            {
                writer.AddDocument([.. Enumerable.Range(0, 3 + i)]);
            }

            writer.Complete();
        }

        if (!manifest)
        {
            File.Delete(Prefix + ".json");
        }

        var whole = File.ReadAllBytes(Prefix + ".idx");
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var bytes = whole.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Prefix + ".idx", bytes);
            var error = Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix).Dispose());
            Assert.Equal(Prefix + ".idx", error.File);
        }
    }

    [Fact]
    public void Flipped_document_boundary_between_sequences_is_found_by_the_checksum()
    {
        Write(TokenType.UInt16, endAfter: [1, 2]);
        var bytes = File.ReadAllBytes(Prefix + ".idx");
        bytes[^16] ^= 3;
        File.WriteAllBytes(Prefix + ".idx", bytes);
        var error = Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix));
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_idx_is_refused_by_name()
    {
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        var whole = File.ReadAllBytes(Prefix + ".idx");
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Prefix + ".idx", whole[..length]);
            var error = Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix));
            Assert.Equal(Prefix + ".idx", error.File);
            Assert.Contains("tokenize again", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-16)]
    public void Bin_of_another_length_is_refused_with_both_lengths(int change)
    {
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        var bytes = File.ReadAllBytes(Prefix + ".bin");
        Array.Resize(ref bytes, bytes.Length + change);
        File.WriteAllBytes(Prefix + ".bin", bytes);
        var error = Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix));
        Assert.Contains($"{Prefix}.bin has {16 + change} bytes, 16 were expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flipped_bit_in_the_tokens_is_found_when_asked_for()
    {
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        using (var dataset = IndexedDataset.Open(Prefix))
        {
            Assert.True(dataset.VerifyTokens());
        }

        var bytes = File.ReadAllBytes(Prefix + ".bin");
        bytes[5] ^= 1;
        File.WriteAllBytes(Prefix + ".bin", bytes);
        using var changed = IndexedDataset.Open(Prefix);
        Assert.Equal(Prefix + ".bin", Assert.Throws<IndexedDatasetException>(() => changed.VerifyTokens()).File);
    }

    [Fact]
    public void Missing_files_and_the_older_format_are_named()
    {
        Assert.Equal(Prefix + ".idx", Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix)).File);
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        File.Delete(Prefix + ".bin");
        Assert.Equal(Prefix + ".bin", Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix + ".idx")).File);
        File.WriteAllBytes(Prefix + ".bin", []);
        File.WriteAllBytes(Prefix + ".idx", [.. "TNTIDX\0\0"u8, .. new byte[60]]);
        Assert.Contains("cached", Assert.Throws<IndexedDatasetException>(() => IndexedDataset.Open(Prefix)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_beyond_the_vocabulary_is_found()
    {
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        using var dataset = IndexedDataset.Open(Prefix);
        dataset.RequireTokensBelow(65001);
        var error = Assert.Throws<VocabularyException>(() => dataset.RequireTokensBelow(65000));
        Assert.Contains("token 3 is 65000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_datasets_have_all_sequences_and_shifted_documents()
    {
        Write(TokenType.UInt16, endAfter: [0, 1, 2]);
        using (var writer = new IndexedDatasetWriter(_folder.File("other"), TokenType.UInt16))
        {
            writer.AddSequence([5]);
            writer.AddDocument([6, 7]);
            writer.Complete();
        }

        IndexedDatasetMerger.Merge([Prefix, _folder.File("other"), Prefix], _folder.File("all"));
        using var all = IndexedDataset.Open(_folder.File("all"));
        Assert.Equal([3, 1, 4, 1, 2, 3, 1, 4], all.Sizes());
        Assert.Equal([0L, 1, 2, 3, 5, 6, 7, 8], Enumerable.Range(0, (int)all.Documents + 1).Select(i => all.DocumentStart(i)));
        Assert.Equal([6, 7], all.Read(4));
        Assert.True(all.VerifyTokens());

        Write(TokenType.Int32, endAfter: [0, 1, 2]);
        var error = Assert.Throws<IndexedDatasetException>(() => IndexedDatasetMerger.Merge([_folder.File("other"), Prefix], _folder.File("bad")));
        Assert.Contains("Int32, UInt16 was expected", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "bad*"));
    }

    private void Write(TokenType type, int[] endAfter)
    {
        using var writer = new IndexedDatasetWriter(Prefix, type);
        var sequence = 0;
        foreach (var tokens in NumpyFixture.Root.GetProperty("mmap").GetProperty("tokens").EnumerateArray())
        {
            writer.AddSequence(NumpyFixture.Ints(tokens));
            if (endAfter.Contains(sequence++))
            {
                writer.EndDocument();
            }
        }

        writer.Complete();
    }

    private void WriteRaw(byte code, int width, byte[] bin)
    {
        var idx = new byte[34 + 4 + 8 + 8];
        "MMIDIDX\0\0"u8.CopyTo(idx);
        idx[9] = 1;
        idx[17] = code;
        idx[18] = 1;
        idx[26] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(idx.AsSpan(34), bin.Length / width);
        File.WriteAllBytes(Prefix + ".idx", idx);
        File.WriteAllBytes(Prefix + ".bin", bin);
    }

    private string Hex(string ending) => Convert.ToHexStringLower(File.ReadAllBytes(Prefix + ending));
}
