namespace Meditron.Torch;

/// <summary>Facts about scalar types: their sizes, and which .NET type holds one element.</summary>
public static class ScalarTypes
{
    /// <summary>The bytes of one element.</summary>
    public static int Size(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This scalar type has no element size here."),
    };

    /// <summary>True for the floating-point types.</summary>
    public static bool IsFloatingPoint(this ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    /// <summary>The scalar type whose elements a <typeparamref name="T"/> holds.</summary>
    /// <exception cref="NotSupportedException">No scalar type matches.</exception>
    public static ScalarType Of<T>()
        where T : unmanaged
    {
        return typeof(T) == typeof(float) ? ScalarType.Float32
            : typeof(T) == typeof(double) ? ScalarType.Float64
            : typeof(T) == typeof(Half) ? ScalarType.Float16
            : typeof(T) == typeof(BFloat16) ? ScalarType.BFloat16
            : typeof(T) == typeof(long) ? ScalarType.Int64
            : typeof(T) == typeof(int) ? ScalarType.Int32
            : typeof(T) == typeof(short) ? ScalarType.Int16
            : typeof(T) == typeof(sbyte) ? ScalarType.Int8
            : typeof(T) == typeof(byte) ? ScalarType.Byte
            : typeof(T) == typeof(bool) ? ScalarType.Bool
            : throw new NotSupportedException($"No tensor holds elements of type {typeof(T).Name}; use float, double, Half, BFloat16, long, int, short, sbyte, byte or bool.");
    }
}
