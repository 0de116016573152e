using System.Text.Json;
using System.Text.Unicode;
using System.Xml;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers;

/// <summary>One pass of a <see cref="RecordReader"/> over one file, in which every fault becomes a named failure.</summary>
internal sealed class RecordSession : IDisposable
{
    private const int LargestBuffer = 1 << 30;

    private readonly RecordReader reader;
    private readonly InputFile file;
    private readonly int limit;
    private Stream? stream;
    private ByteWindow? window;
    private IRecordSplitter? splitter;
    private bool done;
    private bool any;

    public RecordSession(RecordReader reader, InputFile file)
    {
        this.reader = reader;
        this.file = file;
        limit = (int)Math.Clamp(file.MaxDocumentBytes, 1, LargestBuffer);
    }

    public bool TryRead(out ReadResult result)
    {
        result = default;
        if (done)
        {
            return false;
        }

        RawRecord record;
        try
        {
            if (splitter is null && !TryOpen(out result))
            {
                done = true;
                return true;
            }

            if (!splitter!.TryRead(out record))
            {
                done = true;
                if (any || file.Start > 0 || file.Length is not null)
                {
                    return false;
                }

                result = Fail("file", ReadFailureKind.Empty, "the file holds no record");
                return true;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            done = true;
            result = Fail(any ? "rest of the file" : "file", KindOf(e), $"{file.DisplayName} could not be read: {e.Message}");
            return true;
        }

        any = true;
        result = Parse(record);
        return true;
    }

    public void Dispose()
    {
        window?.Dispose();
        stream?.Dispose();
    }

    private static string KindOf(Exception e) =>
        e is InvalidDataException or NotSupportedException or EndOfStreamException ? ReadFailureKind.Archive : ReadFailureKind.Unreadable;

    private bool TryOpen(out ReadResult result)
    {
        result = default;
        stream = file.Open();
        window = new ByteWindow(stream);
        if (file.Start == 0 && window.CheckHead(reader.ChecksUtf8) is { } fault)
        {
            result = Fail("file", fault.Kind, fault.Detail);
            return false;
        }

        splitter = reader.Split(window, limit, file);
        return true;
    }

    private ReadResult Parse(RawRecord record)
    {
        if (record.Fault is { } fault)
        {
            return Fail(Position(record), fault.Kind, fault.Detail);
        }

        if (reader.ChecksUtf8 && !Utf8.IsValid(record.Bytes.Span))
        {
            return Fail(Position(record), ReadFailureKind.Encoding, Encodings.Explain(record.Bytes.Span));
        }

        try
        {
            return ReadResult.Of(reader.Parse(record, file));
        }
        catch (RecordException e)
        {
            return Fail(Position(record), e.Kind, e.Message);
        }
        catch (JsonException e)
        {
            return Fail(Position(record), ReadFailureKind.Json, e.Message);
        }
        catch (XmlException e)
        {
            return Fail(Position(record), ReadFailureKind.Xml, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or InsufficientExecutionStackException)
        {
            // What a JSON element of an unexpected type, text with a lone surrogate, or elements nested without end give.
            return Fail(Position(record), reader.ShapeFault, $"the record is not of the expected shape: {e.Message}");
        }
    }

    private string Position(RawRecord record)
    {
        var place = file.Start > 0 || file.Length is not null
            ? $"byte {file.Start + record.Offset}"
            : $"record {record.Index + 1}, byte {record.Offset}";
        return record.Key is null ? place : $"{record.Key} ({place})";
    }

    private ReadResult Fail(string position, string kind, string reason) => ReadResult.Failed(file, position, kind, reason);
}
