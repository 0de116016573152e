using System.Buffers;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Guidelines;

/// <summary>Reads guideline pages in HTML: the page's content as lines in Markdown's manner, which the line rules of its source then work on.</summary>
public sealed class HtmlPageReader : RecordReader
{
    private static readonly SearchValues<char> CharsetEnd = SearchValues.Create("\"'> ;/");

    private readonly GuidelineFormatSettings settings;

    /// <summary>A reader that takes the selectors of each source from <paramref name="settings"/>.</summary>
    public HtmlPageReader(GuidelineFormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
    }

    /// <inheritdoc/>
    public override string Name => "html";

    /// <inheritdoc/>
    protected override bool IsUtf8 => false;

    /// <inheritdoc/>
    protected internal override string ShapeFault => ReadFailureKind.Xml;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => file.Extension is ".html" or ".htm" or ".xhtml";

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) => new WholeSplitter(window, limit);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        var page = new HtmlParser().ParseDocument(Decode(record.Bytes.Span));
        var rules = settings.RulesFor(file.Source);
        foreach (var selector in settings.RemoveSelectors.Concat(rules.RemoveSelectors))
        {
            foreach (var element in page.QuerySelectorAll(selector))
            {
                element.Remove();
            }
        }

        var content = Content(page, rules);
        var title = Spaces.Collapse((content?.QuerySelector("h1") ?? page.QuerySelector("h1"))?.TextContent ?? page.Title ?? "");
        var text = content is null ? "" : HtmlLines.Of(content);
        if (text.Length == 0)
        {
            throw new RecordException(ReadFailureKind.Empty, "the page has no text in its content");
        }

        return new CorpusDocument
        {
            Id = DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Title = title,
            Text = text,
            Metadata = new DocumentMetadata
            {
                Url = page.QuerySelector("link[rel=canonical]")?.GetAttribute("href"),
                Language = page.DocumentElement.GetAttribute("lang"),
            },
        };
    }

    private IElement? Content(AngleSharp.Html.Dom.IHtmlDocument page, GuidelineSourceRules rules)
    {
        foreach (var selector in rules.ContentSelectors.Concat(settings.ContentSelectors))
        {
            if (page.QuerySelector(selector) is { } found && !string.IsNullOrWhiteSpace(found.TextContent))
            {
                return found;
            }
        }

        return page.Body;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new RecordException(ReadFailureKind.Encoding, "the page starts with a UTF-16 byte order mark; convert it to UTF-8");
        }

        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            bytes = bytes[3..];
        }

        return Encodings.Decode(bytes, Charset(bytes[..Math.Min(bytes.Length, 2048)]));
    }

    /// <summary>The encoding that a page's meta element names.</summary>
    private static string? Charset(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head);
        var at = text.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var rest = text.AsSpan(at + 8).TrimStart("\"' ");
        var end = rest.IndexOfAny(CharsetEnd);
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
