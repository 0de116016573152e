using System.Text.Json;

namespace Meditron.Llama.HuggingFace;

/// <summary>Reads the keys of one JSON object with errors that name the file, the key, the value and what is allowed.</summary>
internal sealed class ConfigKeys
{
    private readonly string path;
    private readonly JsonElement element;

    public ConfigKeys(string path, JsonElement element)
    {
        this.path = path;
        this.element = element.ValueKind == JsonValueKind.Object ? element : throw new HuggingFaceException(path, "holds no JSON object.");
    }

    public HuggingFaceException Refuse(string key, object value, string allowed) =>
        new(path, $"the key '{key}' is {value}, and it must be {allowed}. Only Llama-2 class models (LlamaForCausalLM without biases) can be loaded.");

    public bool Has(string key) => Find(key) is not null;

    public ConfigKeys? Object(string key) => Find(key) is { } value ? new ConfigKeys(path, value) : null;

    public int Int(string key) => OptionalInt(key) ?? throw new HuggingFaceException(path, $"lacks the key '{key}'.");

    public int? OptionalInt(string key) => Find(key) is { } value ? IntOf(key, value) : null;

    public int? FirstInt(string key) => Find(key) is not { } value ? null
        : value.ValueKind != JsonValueKind.Array ? IntOf(key, value)
        : value.GetArrayLength() > 0 ? IntOf(key, value[0])
        : null;

    public double? OptionalNumber(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Refuse(key, value.GetRawText(), "a number");

    public bool? OptionalBool(string key) => Find(key) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Refuse(key, value.GetRawText(), "true or false");

    public string? OptionalString(string key) => Find(key) is not { } value ? null : StringOf(key, value);

    public string? FirstString(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? StringOf(key, value[0])
        : throw Refuse(key, value.GetRawText(), "a list of names");

    private JsonElement? Find(string key) => element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private int IntOf(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Refuse(key, value.GetRawText(), "an integer");

    private string StringOf(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refuse(key, value.GetRawText(), "a string");
}
