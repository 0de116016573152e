namespace Meditron.Data.Curation.Pipeline;

/// <summary>The parts of the pipeline that may be replaced: how input is found, which reader reads a file, and the formatting rules.</summary>
public sealed record CurationComponents
{
    /// <summary>Expands the paths of a source to its files and archive entries, in order; adds what cannot be read to the failures.</summary>
    public required Func<IEnumerable<string>, InputFile, ICollection<ReadFailure>, IReadOnlyList<InputFile>> FindInput { get; init; }

    /// <summary>Chooses the reader of a file.</summary>
    public required ReaderChooser ChooseReader { get; init; }

    /// <summary>The formatting steps, in order.</summary>
    public IReadOnlyList<IDocumentStep> FormatSteps { get; init; } = [];
}
