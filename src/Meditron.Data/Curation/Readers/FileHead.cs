namespace Meditron.Data.Curation.Readers;

/// <summary>The first bytes of a file, for readers that choose by content.</summary>
internal static class FileHead
{
    private const int Length = 1 << 14;

    /// <summary>Up to 16 KiB of the decompressed file.</summary>
    public static ReadOnlySpan<byte> Read(InputFile file)
    {
        using var stream = file.Open();
        var head = new byte[Length];
        var read = stream.ReadAtLeast(head, Length, throwOnEndOfStream: false);
        return head.AsSpan(0, read);
    }
}
