namespace Meditron.Torch.Safetensors;

/// <summary>The element types' names in safetensors headers.</summary>
public static class SafetensorsTypes
{
    private static readonly (string Name, ScalarType Type)[] Known =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Known.Select(k => k.Name));

    /// <summary>The name of an element type.</summary>
    public static string NameOf(ScalarType type) => Array.Find(Known, k => k.Type == type).Name ?? throw new ArgumentOutOfRangeException(nameof(type), type, "safetensors has no such element type.");

    /// <summary>The element type of a name; false for one that is not known here.</summary>
    public static bool TryParse(string name, out ScalarType type)
    {
        var found = Array.Find(Known, k => k.Name == name);
        type = found.Type;
        return found.Name is not null;
    }
}
