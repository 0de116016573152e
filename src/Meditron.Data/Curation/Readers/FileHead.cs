namespace Meditron.Data.Curation.Readers;

/// <summary>The first bytes of a file, for readers that choose by content.</summary>
internal static class FileHead
{
    private const int Length = 1 << 14;

    /// <summary>Up to 16 KiB of the decompressed file, whichever part of it the piece stands for: every part of a file gets the same reader.</summary>
    public static ReadOnlySpan<byte> Read(InputFile file)
    {
        using var stream = (file with { Start = 0, Length = null }).Open();
        var head = new byte[Length];
        var read = stream.ReadAtLeast(head, Length, throwOnEndOfStream: false);
        return head.AsSpan(0, read);
    }
}
