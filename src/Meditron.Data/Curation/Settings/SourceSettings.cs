namespace Meditron.Data.Curation.Settings;

/// <summary>One source of documents: a file, a folder or a glob, and what its documents are.</summary>
public sealed record SourceSettings
{
    /// <summary>Files, folders (read with everything below them) and globs (<c>*</c>, <c>?</c>, <c>**</c>), in order; relative to the input folder.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The subset its documents belong to.</summary>
    public string Subset { get; init; } = "";

    /// <summary>The source's name; empty to leave it to the documents.</summary>
    public string Source { get; init; } = "";

    /// <summary>The reader to use (<c>jats</c>, <c>s2orc</c>, <c>jsonl</c>, ...); empty to choose by name and content.</summary>
    public string Format { get; init; } = "";

    /// <summary>The licence for the datasheet, where the documents state none.</summary>
    public string License { get; init; } = "";

    /// <summary>A sentence for the datasheet: what this is and where it came from.</summary>
    public string Description { get; init; } = "";

    internal void Validate()
    {
        Check.That(Paths.Count > 0, "sources.paths", "[]", "at least one file, folder or glob");
        Check.That(Subset.Length > 0, "sources.subset", Subset, "the name of the subset its documents belong to");
        Check.That(Subset.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), "sources.subset", Subset, "letters, digits, - and _ (it becomes a file name)");
    }
}
