using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers;

/// <summary>A reader made of two parts: a splitter that cuts records out of the stream, and a parser that turns one record into a document.</summary>
public abstract class RecordReader : IDocumentReader
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual bool IsLineBased => false;

    /// <summary>Whether records are UTF-8 whatever they say themselves; false where the parser decodes the bytes (XML, HTML).</summary>
    protected virtual bool IsUtf8 => true;

    /// <summary>The kind under which a record of an unexpected shape is counted.</summary>
    protected internal virtual string ShapeFault => ReadFailureKind.Json;

    /// <inheritdoc/>
    public abstract bool CanRead(InputFile file);

    /// <inheritdoc/>
    public IEnumerable<ReadResult> Read(InputFile file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var session = new RecordSession(this, file);
        while (session.TryRead(out var result))
        {
            yield return result;
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Chooses how the stream is cut.</summary>
    /// <param name="window">The stream, past its byte order mark.</param>
    /// <param name="limit">The longest record in bytes.</param>
    /// <param name="file">The file.</param>
    protected internal abstract IRecordSplitter Split(ByteWindow window, int limit, InputFile file);

    /// <summary>Turns one record into a document.</summary>
    /// <exception cref="RecordException">The record is set aside for the reason given.</exception>
    protected internal abstract CorpusDocument Parse(RawRecord record, InputFile file);

    internal bool ChecksUtf8 => IsUtf8;
}
