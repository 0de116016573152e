namespace Meditron.Data.Curation.Pipeline;

/// <summary>A piece of input, and what its file looked like when the run was planned.</summary>
public sealed record PiecePlan
{
    /// <summary>The file's path.</summary>
    public string Path { get; init; } = "";

    /// <summary>The entry inside a zip archive.</summary>
    public string? Entry { get; init; }

    /// <summary>The first byte.</summary>
    public long Start { get; init; }

    /// <summary>The number of bytes, or null for all.</summary>
    public long? Length { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>When the file was last modified, as ticks of UTC.</summary>
    public long Modified { get; init; }

    /// <summary>A hash of the file's first and last bytes.</summary>
    public ulong Fingerprint { get; init; }

    /// <summary>Why the file could not be looked at, where it could not.</summary>
    public string? Unreadable { get; init; }
}
