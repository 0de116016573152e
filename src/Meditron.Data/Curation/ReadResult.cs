using System.Diagnostics.CodeAnalysis;

namespace Meditron.Data.Curation;

/// <summary>What a reader yields: a document, or the named failure of one record.</summary>
public readonly struct ReadResult
{
    private ReadResult(CorpusDocument? document, ReadFailure? failure)
    {
        Document = document;
        Failure = failure;
    }

    /// <summary>The document, or null for a failure.</summary>
    public CorpusDocument? Document { get; }

    /// <summary>The failure, or null for a document.</summary>
    public ReadFailure? Failure { get; }

    /// <summary>Whether there is a document.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsDocument => Document is not null;

    /// <summary>A document that was read.</summary>
    public static ReadResult Of(CorpusDocument document) => new(document, null);

    /// <summary>A record that could not be read.</summary>
    /// <param name="file">The file it is in.</param>
    /// <param name="position">Where in the file, such as <c>line 12</c> or <c>byte 1048576</c>.</param>
    /// <param name="kind">A short fixed name that failures are counted under (see <see cref="ReadFailure.Kind"/>).</param>
    /// <param name="reason">What is wrong, in a sentence.</param>
    public static ReadResult Failed(InputFile file, string position, string kind, string reason) =>
        new(null, new ReadFailure(file.DisplayName, position, kind, reason));
}
