namespace Meditron.Data.Indexed;

/// <summary>The names of the files of one dataset, from its prefix.</summary>
/// <param name="Prefix">The path without the endings, for example <c>data/sample_text_document</c>.</param>
public readonly record struct DatasetPaths(string Prefix)
{
    /// <summary>The tokens.</summary>
    public string Bin => Prefix + ".bin";

    /// <summary>The index.</summary>
    public string Idx => Prefix + ".idx";

    /// <summary>What the project notes about the pair; Megatron neither writes nor reads it.</summary>
    public string Manifest => Prefix + ".json";

    /// <summary>A prefix, also where one of the files' names was given.</summary>
    public static DatasetPaths From(string prefixOrFile)
    {
        foreach (var ending in (ReadOnlySpan<string>)[".bin", ".idx"])
        {
            if (prefixOrFile.EndsWith(ending, StringComparison.Ordinal))
            {
                return new DatasetPaths(prefixOrFile[..^ending.Length]);
            }
        }

        return new DatasetPaths(prefixOrFile);
    }
}
