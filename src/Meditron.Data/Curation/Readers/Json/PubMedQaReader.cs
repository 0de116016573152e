using System.Text;
using System.Text.Json;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Reads PubMedQA: an object of records by PubMed id, or JSON lines with <c>pubid</c> and <c>context</c>; each becomes an abstract.</summary>
public sealed class PubMedQaReader : RecordReader
{
    private readonly PubMedQaSettings settings;

    /// <summary>A reader by <paramref name="settings"/>.</summary>
    public PubMedQaReader(PubMedQaSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
    }

    /// <inheritdoc/>
    public override string Name => "pubmedqa";

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) =>
        file.Extension is ".json" or ".jsonl" && (file.Name.StartsWith("ori_pqa", StringComparison.OrdinalIgnoreCase) || file.Name.Contains("pubmedqa", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) =>
        JsonSplitting.Choose(window, limit, file, objectOfRecords: true);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        using var json = JsonDocument.Parse(record.Bytes);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new RecordException(ReadFailureKind.Json, $"the record is a JSON {root.ValueKind} where an object was expected");
        }

        var context = Find(root, "context") is { ValueKind: JsonValueKind.Object } nested ? nested : root;
        var contexts = Strings(Find(context, "contexts"));
        var labels = Strings(Find(context, "labels"));
        var answer = Find(root, "long_answer")?.GetString();
        if (contexts.Count == 0 && string.IsNullOrEmpty(answer))
        {
            throw new RecordException(ReadFailureKind.MissingField, "the record has neither \"contexts\" nor \"long_answer\"");
        }

        var text = new StringBuilder();
        for (var part = 0; part < contexts.Count; part++)
        {
            Append(text, part < labels.Count ? labels[part] : "", contexts[part]);
        }

        if (settings.Conclusion && !string.IsNullOrEmpty(answer))
        {
            Append(text, labels.Count > 0 ? settings.ConclusionLabel : "", answer);
        }

        var id = record.Key ?? Text(Find(root, "pubid")) ?? Text(Find(root, "id")) ?? DocumentIds.Of(file.Source, file, record.Offset);
        var shared = new SharedIds();
        shared.Add("pmid", id.All(char.IsAsciiDigit) ? id : null);
        return new CorpusDocument
        {
            Id = id,
            Subset = file.Subset,
            Source = file.Source,
            Title = settings.Title ? Find(root, "question")?.GetString() ?? "" : "",
            Text = text.ToString(),
            Metadata = new DocumentMetadata { MeshTerms = Strings(Find(context, "meshes")), Year = Years.Parse(Text(Find(root, "year"))), SharedIds = shared.List },
        };
    }

    private void Append(StringBuilder text, string label, string part)
    {
        if (text.Length > 0)
        {
            text.Append('\n');
        }

        if (settings.Labels && label.Length > 0)
        {
            text.Append(label).Append(": ");
        }

        text.Append(part);
    }

    private static JsonElement? Find(JsonElement element, string name)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    private static string? Text(JsonElement? element) => element?.ValueKind switch
    {
        JsonValueKind.String => element.Value.GetString(),
        JsonValueKind.Number => element.Value.GetRawText(),
        _ => null,
    };

    private static List<string> Strings(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(e => e.GetString() ?? "")] : [];
}
