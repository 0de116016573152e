using System.Text.Json;

namespace Meditron.Data.Curation.Contamination;

/// <summary>Reads benchmark questions from JSONL files.</summary>
public static class BenchmarkReader
{
    /// <summary>Reads the questions of a file; the named fields of each record are joined with a space.</summary>
    /// <exception cref="CurationException">The file cannot be read, or a line is not a JSON object with one of the fields: an incomplete benchmark would silently let contamination through.</exception>
    public static IEnumerable<BenchmarkQuestion> Read(string path, IReadOnlyList<string> fields)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var line = 0;
        StreamReader reader;
        try
        {
            reader = new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CurationException($"The benchmark {path} cannot be opened ({e.Message}); correct contamination.benchmarks or leave the step contamination out.", e);
        }

        using (reader)
        {
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (!string.IsNullOrWhiteSpace(text))
                {
                    yield return new BenchmarkQuestion(name, line, Parse(path, line, text, fields));
                }
            }
        }
    }

    private static string Parse(string path, int line, string text, IReadOnlyList<string> fields)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var parts = new List<string>();
            foreach (var field in fields)
            {
                if (document.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String)
                {
                    parts.Add(value.GetString()!);
                }
            }

            if (parts.Count > 0)
            {
                return string.Join(' ', parts);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CurationException($"Line {line} of the benchmark {path} is not a JSON object ({e.Message}); repair the file, else its question would not be looked for.", e);
        }

        throw new CurationException($"Line {line} of the benchmark {path} has none of the fields {string.Join(", ", fields)}; name the right ones in contamination.fields.");
    }
}
