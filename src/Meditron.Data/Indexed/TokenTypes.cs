namespace Meditron.Data.Indexed;

/// <summary>Sizes and ranges of the token types.</summary>
public static class TokenTypes
{
    /// <summary>The vocabulary from which on tokens are written in 32 bits, as Megatron's writer does.</summary>
    public const int LargeVocabulary = 65_500;

    /// <summary>The type Megatron's writer takes for a vocabulary.</summary>
    public static TokenType ForVocabulary(int vocabularySize) => vocabularySize < LargeVocabulary ? TokenType.UInt16 : TokenType.Int32;

    /// <summary>Bytes of one token; null for <see cref="TokenType.Float"/>, which has two readings, and for no known code.</summary>
    public static int? SizeOf(TokenType type) => type switch
    {
        TokenType.UInt8 or TokenType.Int8 => 1,
        TokenType.Int16 or TokenType.UInt16 => 2,
        TokenType.Int32 => 4,
        TokenType.Int64 or TokenType.Float64 => 8,
        _ => null,
    };

    /// <summary>The largest token the type can hold; -1 for types that hold none.</summary>
    internal static long Largest(TokenType type) => type switch
    {
        TokenType.UInt8 => byte.MaxValue,
        TokenType.Int8 => sbyte.MaxValue,
        TokenType.Int16 => short.MaxValue,
        TokenType.UInt16 => ushort.MaxValue,
        TokenType.Int32 or TokenType.Int64 => int.MaxValue,
        _ => -1,
    };
}
