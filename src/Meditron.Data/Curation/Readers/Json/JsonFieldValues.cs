using System.Text.Json;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>The fields found in one record.</summary>
internal sealed class JsonFieldValues
{
    private readonly string?[] values = new string?[(int)JsonField.Count];
    private readonly int[] ranks = new int[(int)JsonField.Count];
    private IReadOnlyList<string> publicationTypes = [];
    private IReadOnlyList<string> meshTerms = [];

    public string? this[JsonField field] => values[(int)field];

    public IReadOnlyList<string> PublicationTypes => publicationTypes;

    public IReadOnlyList<string> MeshTerms => meshTerms;

    public static JsonFieldValues Read(ReadOnlySpan<byte> record, JsonFieldTable table)
    {
        var reader = new Utf8JsonReader(record, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 256 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new RecordException(ReadFailureKind.Json, $"the record is a JSON {reader.TokenType} where an object was expected");
        }

        var found = new JsonFieldValues();
        found.ReadObject(ref reader, table);
        while (reader.Read())
        {
            // Reading past the object makes the reader refuse what follows it.
        }

        return found;
    }

    private void ReadObject(ref Utf8JsonReader reader, JsonFieldTable table)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var entry = table.Find(ref reader);
            reader.Read();
            if (entry is null)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject && entry.Children is not null)
            {
                ReadObject(ref reader, entry.Children);
            }
            else
            {
                Store(ref reader, entry);
            }
        }
    }

    private void Store(ref Utf8JsonReader reader, JsonFieldTable.Entry entry)
    {
        string? text = null;
        List<string>? list = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                text = reader.GetString();
                break;
            case JsonTokenType.Number:
                text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.StartArray:
                list = ReadList(ref reader);
                text = list.Count == 0 ? null : string.Join("\n\n", list);
                break;
            default:
                reader.Skip();
                break;
        }

        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        foreach (var (field, rank) in entry.Uses)
        {
            var at = (int)field;
            if (values[at] is not null && ranks[at] <= rank)
            {
                continue;
            }

            values[at] = text;
            ranks[at] = rank;
            if (field == JsonField.PublicationTypes)
            {
                publicationTypes = list ?? [text];
            }
            else if (field == JsonField.MeshTerms)
            {
                meshTerms = list ?? [text];
            }
        }
    }

    private static List<string> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                list.Add(reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return list;
    }
}
