namespace Meditron.Data.Indexed;

/// <summary>How a token lies in a .bin file, by the code the .idx file gives.</summary>
public enum TokenType : byte
{
    /// <summary>8 bits without sign.</summary>
    UInt8 = 1,

    /// <summary>8 bits with sign.</summary>
    Int8 = 2,

    /// <summary>16 bits with sign.</summary>
    Int16 = 3,

    /// <summary>32 bits with sign.</summary>
    Int32 = 4,

    /// <summary>64 bits with sign.</summary>
    Int64 = 5,

    /// <summary>Floating point of 64 bits.</summary>
    Float64 = 6,

    /// <summary>Floating point of 32 bits to NVIDIA's Megatron-LM, and of 64 bits to Megatron-LLM.</summary>
    Float = 7,

    /// <summary>16 bits without sign, which a vocabulary below 65,500 is written in.</summary>
    UInt16 = 8,
}
