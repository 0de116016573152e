namespace Meditron.Data.Indexed;

/// <summary>How text files are turned into a dataset.</summary>
public sealed record TokenizeOptions
{
    /// <summary>JSON Lines files, plain or gzip, read in this order.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The path that <c>_text_document.bin</c> and <c>.idx</c> are put behind.</summary>
    public required string OutputPrefix { get; init; }

    /// <summary>The fields whose texts make a document, joined by <see cref="Separator"/>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = ["text"];

    /// <summary>What stands between the texts of several fields.</summary>
    public string Separator { get; init; } = "\n";

    /// <summary>The key in the output's name; by default the field's name, or <c>text</c> where there are several.</summary>
    public string? OutputKey { get; init; }

    /// <summary>Append the end-of-document token to each document.</summary>
    public bool AppendEndOfDocument { get; init; } = true;

    /// <summary>How many threads tokenize; the output does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>About how many bytes of text one piece of work has.</summary>
    public int ChunkBytes { get; init; } = 1 << 19;

    /// <summary>The path of the dataset without .bin and .idx.</summary>
    public string DatasetPrefix => $"{OutputPrefix}_{OutputKey ?? (Fields.Count == 1 ? Fields[0] : "text")}_document";
}
