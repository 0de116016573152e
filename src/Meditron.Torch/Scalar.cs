using System.Runtime.InteropServices;

namespace Meditron.Torch;

/// <summary>A number with its kind (real, integer or truth value), as an argument or a result of a tensor operation.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly long kind;
    private readonly long bits;

    private Scalar(long kind, long bits)
    {
        this.kind = kind;
        this.bits = bits;
    }

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(double value) => new(0, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(1, value);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(1, value);

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => new(2, value ? 1 : 0);

    /// <summary>Equal in kind and value.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Different in kind or value.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>The value as a double.</summary>
    public double ToDouble() => kind == 0 ? BitConverter.Int64BitsToDouble(bits) : bits;

    /// <summary>The value as an integer; a real number is truncated toward zero.</summary>
    /// <exception cref="OverflowException">The real number does not fit.</exception>
    public long ToInt64() => kind == 0 ? checked((long)ToDouble()) : bits;

    /// <summary>False for zero.</summary>
    public bool ToBoolean() => kind == 0 ? ToDouble() != 0 : bits != 0;

    /// <summary>The value as a <typeparamref name="T"/>.</summary>
    public T To<T>()
        where T : unmanaged
    {
        return typeof(T) == typeof(float) ? Cast<float, T>((float)ToDouble())
            : typeof(T) == typeof(double) ? Cast<double, T>(ToDouble())
            : typeof(T) == typeof(Half) ? Cast<Half, T>((Half)ToDouble())
            : typeof(T) == typeof(BFloat16) ? Cast<BFloat16, T>((BFloat16)(float)ToDouble())
            : typeof(T) == typeof(long) ? Cast<long, T>(ToInt64())
            : typeof(T) == typeof(int) ? Cast<int, T>(checked((int)ToInt64()))
            : typeof(T) == typeof(short) ? Cast<short, T>(checked((short)ToInt64()))
            : typeof(T) == typeof(sbyte) ? Cast<sbyte, T>(checked((sbyte)ToInt64()))
            : typeof(T) == typeof(byte) ? Cast<byte, T>(checked((byte)ToInt64()))
            : typeof(T) == typeof(bool) ? Cast<bool, T>(ToBoolean())
            : throw new NotSupportedException($"A scalar cannot be read as {typeof(T).Name}.");
    }

    /// <inheritdoc/>
    public bool Equals(Scalar other) => kind == other.kind && bits == other.bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(kind, bits);

    /// <inheritdoc/>
    public override string ToString() => kind switch { 0 => ToDouble().ToString(), 1 => bits.ToString(), _ => ToBoolean().ToString() };

    private static TTo Cast<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged => System.Runtime.CompilerServices.Unsafe.BitCast<TFrom, TTo>(value);
}
