using System.Diagnostics.CodeAnalysis;

namespace Meditron.Data.Curation;

/// <summary>A step's decision about one document: the document, changed or not, or the reason for which it is dropped.</summary>
public readonly struct StepResult
{
    private StepResult(CorpusDocument? document, string? reason, string? detail)
    {
        Document = document;
        Reason = reason;
        Detail = detail;
    }

    /// <summary>The document to go on with, or null where it is dropped.</summary>
    public CorpusDocument? Document { get; }

    /// <summary>The fixed name drops are counted under, such as <c>language</c>; null where the document is kept.</summary>
    public string? Reason { get; }

    /// <summary>What was measured, for the sample of dropped documents (<c>letters 0.31 &lt; 0.60</c>).</summary>
    public string? Detail { get; }

    /// <summary>Whether the document goes on.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsKept => Document is not null;

    /// <summary>The document goes on, as given or changed.</summary>
    public static StepResult Keep(CorpusDocument document) => new(document, null, null);

    /// <summary>The document is dropped.</summary>
    public static StepResult Drop(string reason, string? detail = null) => new(null, reason, detail);
}
