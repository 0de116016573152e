using System.Security.Cryptography;

namespace Meditron.Training.Checkpoints;

/// <summary>Checksums of the blocks of a file.</summary>
public static class BlockChecksums
{
    /// <summary>Size of a block in files this code writes.</summary>
    public const int DefaultBlockBytes = 4 << 20;

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
            checksums.Add(Convert.ToHexStringLower(SHA256.HashData(block)));
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
        return Convert.ToHexStringLower(SHA256.HashData(content)).Equals(expected.Checksums[block], StringComparison.Ordinal)
            ? null
            : $"{expected.Name} has a wrong checksum in block {block} (bytes {offset} to {offset + content.Length - 1})";
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
