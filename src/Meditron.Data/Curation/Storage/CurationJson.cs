using System.Text.Json;
using System.Text.Json.Serialization;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Report;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Storage;

/// <summary>The JSON forms of manifests and reports, generated at build time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[JsonSerializable(typeof(CurationSettings))]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(DocumentsManifest))]
[JsonSerializable(typeof(CorpusManifest))]
[JsonSerializable(typeof(DecisionsManifest))]
[JsonSerializable(typeof(CurationReport))]
internal sealed partial class CurationJson : JsonSerializerContext
{
    /// <summary>Writes a value to a file in one piece.</summary>
    public static void Save<T>(string path, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        TemporaryFile.WriteAll(path, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Reads a value that an earlier run wrote.</summary>
    public static T Load<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new CurationException($"{path} of an earlier run cannot be read ({e.Message}); choose another output folder or delete this one.", e);
        }
    }
}
