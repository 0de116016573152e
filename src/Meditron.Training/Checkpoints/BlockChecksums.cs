using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meditron.Training.Checkpoints;

/// <summary>
/// Checksums of the blocks of a file: CRC-32C of each of four interleaved lanes of 8-byte words, 128 bits in all, at the speed of memory, since the processor that
/// writes a checkpoint is one that trains. Files of earlier builds have SHA-256 and are checked by it.
/// </summary>
public static class BlockChecksums
{
    /// <summary>Size of a block in files this code writes.</summary>
    public const int DefaultBlockBytes = 4 << 20;

    private const int Lanes = 4;

    private const int Sha256Digits = 64;

    /// <summary>Computes the checksums of a file.</summary>
    public static CheckpointFile Compute(string path, int blockBytes = DefaultBlockBytes)
    {
        var checksums = new List<string>();
        var buffer = new byte[blockBytes];
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(handle);
        for (long offset = 0; offset < length; offset += blockBytes)
        {
            var block = ReadBlock(handle, buffer, offset, length);
            checksums.Add(Checksum(block));
        }

        return new CheckpointFile(Path.GetFileName(path), length, blockBytes, checksums);
    }

    /// <summary>Checks a file against what the manifest says of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The manifest's entry.</param>
    /// <returns>What is wrong, or null where nothing is.</returns>
    public static string? Mismatch(string path, CheckpointFile expected)
    {
        if (!File.Exists(path))
        {
            return $"{expected.Name} is missing";
        }

        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(handle);
        if (length != expected.Bytes)
        {
            return $"{expected.Name} has {length} bytes where the manifest has {expected.Bytes}";
        }

        var buffer = new byte[expected.BlockBytes];
        for (var block = 0; block < expected.Checksums.Count; block++)
        {
            if (MismatchOfBlock(handle, buffer, expected, block) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Checks one block of a file.</summary>
    /// <param name="path">The file, of the length that the manifest has.</param>
    /// <param name="expected">The manifest's entry.</param>
    /// <param name="block">The block.</param>
    /// <returns>What is wrong, or null where nothing is.</returns>
    public static string? MismatchOfBlock(string path, CheckpointFile expected, int block)
    {
        using var handle = File.OpenHandle(path);
        return MismatchOfBlock(handle, new byte[expected.BlockBytes], expected, block);
    }

    private static string? MismatchOfBlock(Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] buffer, CheckpointFile expected, int block)
    {
        var offset = (long)block * expected.BlockBytes;
        var content = ReadBlock(handle, buffer, offset, expected.Bytes);
        var recorded = expected.Checksums[block];
        var found = recorded.Length == Sha256Digits ? Convert.ToHexStringLower(SHA256.HashData(content)) : Checksum(content);
        return found.Equals(recorded, StringComparison.Ordinal)
            ? null
            : $"{expected.Name} has a wrong checksum in block {block} (bytes {offset} to {offset + content.Length - 1})";
    }

    /// <summary>The words of the lanes in turn; what is left at the end counts to the lanes byte by byte.</summary>
    internal static string Checksum(ReadOnlySpan<byte> block)
    {
        uint first = ~0u, second = ~0u, third = ~0u, fourth = ~0u;
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        var whole = words.Length - words.Length % Lanes;
        for (var word = 0; word < whole; word += Lanes)
        {
            first = BitOperations.Crc32C(first, words[word]);
            second = BitOperations.Crc32C(second, words[word + 1]);
            third = BitOperations.Crc32C(third, words[word + 2]);
            fourth = BitOperations.Crc32C(fourth, words[word + 3]);
        }

        Span<uint> lanes = [first, second, third, fourth];
        var rest = block[(whole * sizeof(ulong))..];
        for (var index = 0; index < rest.Length; index++)
        {
            lanes[index % Lanes] = BitOperations.Crc32C(lanes[index % Lanes], rest[index]);
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{~lanes[0]:x8}{~lanes[1]:x8}{~lanes[2]:x8}{~lanes[3]:x8}");
    }

    private static ReadOnlySpan<byte> ReadBlock(Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] buffer, long offset, long length)
    {
        var wanted = (int)Math.Min(buffer.Length, length - offset);
        var read = 0;
        while (read < wanted)
        {
            var got = RandomAccess.Read(handle, buffer.AsSpan(read, wanted - read), offset + read);
            if (got == 0)
            {
                throw new EndOfStreamException($"The file ended at byte {offset + read} while {wanted - read} more were expected.");
            }

            read += got;
        }

        return buffer.AsSpan(0, wanted);
    }
}
