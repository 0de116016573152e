using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>Writes documents as the lines of the corpus: one JSON object each, unknown facts left out.</summary>
internal sealed class DocumentJson : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly ArrayBufferWriter<byte> buffer = new(1 << 16);
    private readonly Utf8JsonWriter writer;

    public DocumentJson() => writer = new Utf8JsonWriter(buffer, Options);

    /// <summary>The line of a document with its line break; good until the next call.</summary>
    public ReadOnlySpan<byte> Write(CorpusDocument document)
    {
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("id"u8, document.Id);
        writer.WriteString("subset"u8, document.Subset);
        Optional("source"u8, document.Source);
        Optional("title"u8, document.Title);
        writer.WriteString("text"u8, document.Text);
        var metadata = document.Metadata;
        if (!ReferenceEquals(metadata, DocumentMetadata.None))
        {
            Optional("url"u8, metadata.Url);
            Optional("license"u8, metadata.License);
            Optional("language"u8, metadata.Language);
            Optional("journal"u8, metadata.Journal);
            Optional("year"u8, metadata.Year);
            Optional("citations"u8, metadata.Citations);
            Optional("publication_types"u8, metadata.PublicationTypes);
            Optional("mesh"u8, metadata.MeshTerms);
            Optional("shared_ids"u8, metadata.SharedIds);
        }

        writer.WriteEndObject();
        writer.Flush();
        buffer.GetSpan(1)[0] = (byte)'\n';
        buffer.Advance(1);
        return buffer.WrittenSpan;
    }

    public void Dispose() => writer.Dispose();

    private void Optional(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private void Optional(ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
