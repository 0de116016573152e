using System.Buffers;
using System.Net;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Meditron.Data.Curation.Readers;

/// <summary>Parses XML of unknown origin: no DTD is processed, nothing outside the record is fetched, and the named entities of HTML are known.</summary>
internal static class XmlRecords
{
    private const int MaximumDepth = 1000;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    /// <summary>Parses one element or document; prefixes that PMC files use are declared for elements cut out of a larger file.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    public static XElement Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new RecordException(ReadFailureKind.Encoding, "the file starts with a UTF-16 byte order mark; convert it to UTF-8");
        }

        CheckDepth(bytes.Span);
        var names = new XmlNamespaceManager(new NameTable());
        names.AddNamespace("xlink", "http://www.w3.org/1999/xlink");
        names.AddNamespace("mml", "http://www.w3.org/1998/Math/MathML");
        names.AddNamespace("xsi", "http://www.w3.org/2001/XMLSchema-instance");
        names.AddNamespace("ali", "http://www.niso.org/schemas/ali/1.0/");
        names.AddNamespace("oasis", "http://www.niso.org/standards/z39-96/ns/oasis-exchange/table");
        var context = new XmlParserContext(null, names, null, XmlSpace.Default);
        using var reader = XmlReader.Create(Open(bytes), Settings, context);
        try
        {
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException e) when (e.Message.Contains("encoding", StringComparison.Ordinal))
        {
            throw new RecordException(ReadFailureKind.Encoding, $"{e.Message} The bytes are not in the encoding that the file declares (UTF-8 where it declares none).");
        }
    }

    /// <summary>
    /// Refuses elements nested beyond reason before anything is built of them: building takes time by the square of the depth, and readers follow it by recursion.
    /// Tags are only counted, so an attribute with a bare <c>&gt;</c> may add one.
    /// </summary>
    private static void CheckDepth(ReadOnlySpan<byte> xml)
    {
        var depth = 0;
        while (xml.IndexOf((byte)'<') is var at and >= 0 && at + 1 < xml.Length)
        {
            xml = xml[(at + 1)..];
            if (xml[0] is (byte)'!' or (byte)'?')
            {
                continue;
            }

            var end = xml.IndexOf((byte)'>');
            depth += xml[0] == '/' ? -1 : end > 0 && xml[end - 1] == '/' ? 0 : 1;
            if (depth > MaximumDepth)
            {
                throw new RecordException(ReadFailureKind.Xml, $"elements are nested more than {MaximumDepth} deep");
            }
        }
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> bytes)
    {
        bytes = WithoutNamedEntities(bytes);
        return System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
    }

    /// <summary>Replaces <c>&amp;nbsp;</c>, <c>&amp;alpha;</c> and the like, which a DTD would declare, by character references that need no declaration.</summary>
    private static ReadOnlyMemory<byte> WithoutNamedEntities(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        ArrayWriter? writer = null;
        var copied = 0;
        var at = 0;
        while (true)
        {
            var found = span[at..].IndexOf((byte)'&');
            if (found < 0)
            {
                break;
            }

            at += found;
            var end = span[at..Math.Min(span.Length, at + 32)].IndexOf((byte)';');
            if (end > 1 && Decode(span.Slice(at, end + 1)) is { } reference)
            {
                writer ??= new ArrayWriter(bytes.Length + 256);
                writer.Write(span[copied..at]);
                writer.Write(reference);
                copied = at + end + 1;
            }

            at++;
        }

        if (writer is null)
        {
            return bytes;
        }

        writer.Write(span[copied..]);
        return writer.Written;
    }

    private static byte[]? Decode(ReadOnlySpan<byte> entity)
    {
        if (entity[1] == '#' || entity.SequenceEqual("&amp;"u8) || entity.SequenceEqual("&lt;"u8) || entity.SequenceEqual("&gt;"u8)
            || entity.SequenceEqual("&quot;"u8) || entity.SequenceEqual("&apos;"u8) || entity[1..^1].IndexOfAnyExceptInRange((byte)'0', (byte)'z') >= 0)
        {
            return null;
        }

        var name = Encoding.ASCII.GetString(entity);
        var decoded = WebUtility.HtmlDecode(name);
        if (decoded == name)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var rune in decoded.EnumerateRunes())
        {
            text.Append("&#").Append(rune.Value).Append(';');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private sealed class ArrayWriter(int capacity)
    {
        private readonly ArrayBufferWriter<byte> buffer = new(capacity);

        public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

        public void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
    }
}
