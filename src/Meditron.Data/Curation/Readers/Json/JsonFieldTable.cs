using System.Text;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>A field map as a tree of property names, so that one pass over a record's tokens finds every field.</summary>
internal sealed class JsonFieldTable
{
    private readonly List<Entry> entries = [];

    public JsonFieldTable(JsonFieldMap map)
    {
        Add(JsonField.Text, map.Text);
        Add(JsonField.Title, map.Title);
        Add(JsonField.Id, map.Id);
        Add(JsonField.Source, map.Source);
        Add(JsonField.Url, map.Url);
        Add(JsonField.License, map.License);
        Add(JsonField.Language, map.Language);
        Add(JsonField.Year, map.Year);
        Add(JsonField.Journal, map.Journal);
        Add(JsonField.Citations, map.Citations);
        Add(JsonField.PublicationTypes, map.PublicationTypes);
        Add(JsonField.MeshTerms, map.MeshTerms);
        Add(JsonField.PubMedId, map.PubMedId);
        Add(JsonField.PmcId, map.PmcId);
        Add(JsonField.Doi, map.Doi);
        Add(JsonField.CorpusId, map.CorpusId);
    }

    private JsonFieldTable()
    {
    }

    public Entry? Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        foreach (var entry in entries)
        {
            if (reader.ValueTextEquals(entry.Name))
            {
                return entry;
            }
        }

        return null;
    }

    private void Add(JsonField field, IReadOnlyList<string> names)
    {
        for (var rank = 0; rank < names.Count; rank++)
        {
            var table = this;
            var parts = names[rank].Split('.');
            for (var part = 0; part < parts.Length; part++)
            {
                var name = Encoding.UTF8.GetBytes(parts[part]);
                var entry = table.entries.Find(e => e.Name.AsSpan().SequenceEqual(name));
                if (entry is null)
                {
                    entry = new Entry(name);
                    table.entries.Add(entry);
                }

                if (part == parts.Length - 1)
                {
                    entry.Uses.Add((field, rank));
                }
                else
                {
                    table = entry.Children ??= new JsonFieldTable();
                }
            }
        }
    }

    /// <summary>A property name, the fields it may give, and the names below it.</summary>
    internal sealed class Entry(byte[] name)
    {
        public byte[] Name { get; } = name;

        public List<(JsonField Field, int Rank)> Uses { get; } = [];

        public JsonFieldTable? Children { get; set; }
    }
}
