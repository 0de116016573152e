using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers;
using Meditron.Data.Curation.Settings;

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

    /// <summary>This library's readers and formatting rules under the settings.</summary>
    /// <exception cref="CurationException">A formatting rule cannot be read.</exception>
    public static CurationComponents From(CurationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var readers = new DocumentReaders(settings.Readers with { Guidelines = settings.Formatting.Guidelines });
        foreach (var source in settings.Sources)
        {
            if (source.Format.Length > 0 && !readers.All.Any(r => r.Name.Equals(source.Format, StringComparison.OrdinalIgnoreCase)))
            {
                throw new CurationException(
                    $"The curation setting sources.format = \"{source.Format}\" is not allowed; give one of {string.Join(", ", readers.All.Select(r => r.Name))}, or leave it empty.");
            }
        }

        try
        {
            return new CurationComponents
            {
                FindInput = InputFinder.Find,
                ChooseReader = readers.Choose,
                FormatSteps = [new FormatStep(settings.Formatting)],
            };
        }
        catch (FormatException e)
        {
            throw new CurationException($"The curation setting formatting.guidelines holds a rule that cannot be read: {e.Message}", e);
        }
    }
}
