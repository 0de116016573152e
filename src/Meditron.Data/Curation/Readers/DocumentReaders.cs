using Meditron.Data.Curation.Readers.Guidelines;
using Meditron.Data.Curation.Readers.Json;
using Meditron.Data.Curation.Readers.Papers;

namespace Meditron.Data.Curation.Readers;

/// <summary>Knows every reader and chooses the one for a file: by the name that the configuration gives, else by the file's name and content.</summary>
public sealed class DocumentReaders
{
    private readonly IReadOnlyList<IDocumentReader> readers;

    /// <summary>The readers of this library under <paramref name="settings"/>.</summary>
    public DocumentReaders(ReaderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        // The order decides where several recognise a file: those that look for something special come first.
        readers =
        [
            new MedQuadReader(),
            new PubMedQaReader(settings.PubMedQa),
            new PubMedXmlReader(),
            new JatsReader(),
            new S2OrcReader(),
            new HtmlPageReader(settings.Guidelines),
            new GuidelineTextReader(),
            new PlainTextReader(settings.TextSeparator),
            new JsonRecordReader("jsonl", settings.Fields),
            new JsonRecordReader("pubmed-json", settings.AbstractFields),
        ];
    }

    /// <summary>The readers in the order in which they are asked.</summary>
    public IReadOnlyList<IDocumentReader> All => readers;

    /// <summary>The reader for a file, or the failure that names why there is none. A damaged or unreadable file is a failure too, never an exception.</summary>
    public IDocumentReader? Choose(InputFile file, out ReadFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(file);
        failure = null;
        if (file.Format is { Length: > 0 } name)
        {
            var named = readers.FirstOrDefault(reader => reader.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            failure = named is null ? Failure(ReadFailureKind.UnknownFormat, $"no reader is called \"{name}\"; there are {string.Join(", ", readers.Select(r => r.Name))}") : null;
            return named;
        }

        try
        {
            var chosen = readers.FirstOrDefault(reader => reader.CanRead(file));
            failure = chosen is null
                ? Failure(ReadFailureKind.UnknownFormat, $"no reader recognises {file.Name}; name its format in the source's settings, or leave it out")
                : null;
            return chosen;
        }
        catch (InvalidDataException e)
        {
            failure = Failure(ReadFailureKind.Archive, $"{file.DisplayName} could not be read: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            failure = Failure(ReadFailureKind.Unreadable, $"{file.DisplayName} could not be opened: {e.Message}");
        }

        return null;

        ReadFailure Failure(string kind, string reason) => new(file.DisplayName, "file", kind, reason);
    }
}
