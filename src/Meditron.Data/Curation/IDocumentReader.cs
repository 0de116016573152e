namespace Meditron.Data.Curation;

/// <summary>Turns one kind of input file into documents, one at a time, without holding the file in memory.</summary>
public interface IDocumentReader
{
    /// <summary>The name by which a configuration asks for it (<c>jats</c>, <c>s2orc</c>, <c>jsonl</c>, ...).</summary>
    string Name { get; }

    /// <summary>Whether <see cref="InputFile"/> ranges that start and end at a line break can be read on their own, so that a large file can be read in parallel.</summary>
    bool IsLineBased { get; }

    /// <summary>Whether this reader recognises the file, by its name and where needed its first bytes. Throws only what opening the file throws.</summary>
    bool CanRead(InputFile file);

    /// <summary>
    /// Reads the documents in the order of the file. A record that cannot be read is yielded as a failure and reading goes on with the next; only when the
    /// rest of the file is lost does the sequence end, after a failure that says so. Reading never throws for bad content.
    /// </summary>
    IEnumerable<ReadResult> Read(InputFile file, CancellationToken cancellation);
}
