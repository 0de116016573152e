namespace Meditron.Data.Curation.Pipeline;

/// <summary>A file of the finished corpus: the documents of one subset and split that come from one unit.</summary>
public sealed record CorpusOutput
{
    /// <summary>The split: <c>train</c> or <c>validation</c>.</summary>
    public string Split { get; init; } = "";

    /// <summary>The subset.</summary>
    public string Subset { get; init; } = "";

    /// <summary>The file's path, relative to the output folder.</summary>
    public string File { get; init; } = "";

    /// <summary>Lines of the file.</summary>
    public long Documents { get; init; }

    /// <summary>Words of all its lines.</summary>
    public long Words { get; init; }

    /// <summary>Characters of all its lines' texts.</summary>
    public long Characters { get; init; }

    /// <summary>The file's size.</summary>
    public long Bytes { get; init; }

    /// <summary>The file's hash.</summary>
    public ulong Hash { get; init; }
}
