using System.Text.Json;
using System.Text.Json.Serialization;
using Meditron.Data.Curation.Pipeline;

namespace Meditron.Data.Curation.Storage;

/// <summary>The JSON forms that are written one a line, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(UnitPlan))]
[JsonSerializable(typeof(DropSample))]
internal sealed partial class CompactJson : JsonSerializerContext
{
}
