using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meditron.Data.Indexed;

/// <summary>What is noted beside a .bin/.idx pair: how it was made and the checksums it is verified with.</summary>
public sealed record DatasetManifest
{
    /// <summary>The version of the manifest.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Documents in the dataset.</summary>
    public long Documents { get; init; }

    /// <summary>Tokens in the dataset.</summary>
    public long Tokens { get; init; }

    /// <summary>SHA-256 of the .idx file, in hexadecimal.</summary>
    public string IdxSha256 { get; init; } = "";

    /// <summary>SHA-256 of the .bin file, in hexadecimal.</summary>
    public string BinSha256 { get; init; } = "";

    /// <summary>The tokenizer's number of ids, where it is known.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>The tokenizer's hash, where it is known.</summary>
    public string? TokenizerHash { get; init; }

    /// <summary>The id that ends a document, where one was appended.</summary>
    public int? EndOfDocument { get; init; }

    /// <summary>Reads the manifest of a dataset; null where there is none.</summary>
    /// <exception cref="IndexedDatasetException">The manifest is damaged.</exception>
    public static DatasetManifest? TryRead(DatasetPaths paths)
    {
        if (!File.Exists(paths.Manifest))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(MissingInputException.ReadAll(paths.Manifest, "the dataset's manifest"), DatasetManifestContext.Default.DatasetManifest);
        }
        catch (JsonException reason)
        {
            throw new IndexedDatasetException(
                "the dataset's manifest is not JSON. Tokenize again, or delete this file to use the dataset without its checksums.", paths.Manifest, reason);
        }
    }

    /// <summary>The manifest as JSON.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DatasetManifestContext.Default.DatasetManifest);
}

/// <summary>Generated JSON for <see cref="DatasetManifest"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DatasetManifest))]
internal sealed partial class DatasetManifestContext : JsonSerializerContext;
