using System.Security.Cryptography;
using Meditron.Testing;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Tests.Checkpoints;

public sealed class BlockChecksumsTests : IDisposable
{
    private const int BlockBytes = 64;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_bit_flipped_in_any_byte_is_found_in_its_block()
    {
        var content = Content();
        var path = Write(content);
        var file = BlockChecksums.Compute(path, BlockBytes);
        Assert.Null(BlockChecksums.Mismatch(path, file));
        for (var index = 0; index < content.Length; index++)
        {
            content[index] ^= (byte)(1 << (index % 8));
            Write(content);
            Assert.Contains($"block {index / BlockBytes} ", BlockChecksums.Mismatch(path, file), StringComparison.Ordinal);
            content[index] ^= (byte)(1 << (index % 8));
        }
    }

    [Fact]
    public void Words_that_changed_places_are_found()
    {
        var content = Content();
        var path = Write(content);
        var file = BlockChecksums.Compute(path, BlockBytes);
        foreach (var distance in new[] { 8, 16, 32 })
        {
            var other = content.ToArray();
            content.AsSpan(distance, 8).CopyTo(other);
            content.AsSpan(0, 8).CopyTo(other.AsSpan(distance));
            Write(other);
            Assert.NotNull(BlockChecksums.Mismatch(path, file));
        }
    }

    [Fact]
    public void A_file_of_an_earlier_build_is_checked_by_its_sha256()
    {
        var content = Content();
        var path = Write(content);
        var file = new CheckpointFile(Path.GetFileName(path), content.Length, BlockBytes, [.. content.Chunk(BlockBytes).Select(block => Convert.ToHexStringLower(SHA256.HashData(block)))]);
        Assert.Null(BlockChecksums.Mismatch(path, file));
        content[70] ^= 4;
        Write(content);
        Assert.Contains("block 1 ", BlockChecksums.Mismatch(path, file), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Three whole blocks and a part of one that is no whole word.</summary>
    private static byte[] Content() => [.. Enumerable.Range(0, 3 * BlockBytes + 13).Select(index => (byte)(index * 37 + index / 7))];

    private string Write(byte[] content)
    {
        var path = folder.File("part.safetensors");
        File.WriteAllBytes(path, content);
        return path;
    }
}
