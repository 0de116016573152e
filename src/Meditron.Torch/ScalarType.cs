namespace Meditron.Torch;

/// <summary>The type of a tensor's elements; the values are libtorch's.</summary>
public enum ScalarType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    Byte = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision: 5 bits of exponent, 10 of fraction.</summary>
    Float16 = 5,

    /// <summary>IEEE single precision.</summary>
    Float32 = 6,

    /// <summary>IEEE double precision.</summary>
    Float64 = 7,

    /// <summary>One byte a truth value.</summary>
    Bool = 11,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
    BFloat16 = 15,
}
