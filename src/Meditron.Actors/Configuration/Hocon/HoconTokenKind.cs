namespace Meditron.Actors.Configuration.Hocon;

/// <summary>The kinds of token that <see cref="HoconTokenizer"/> tells apart.</summary>
internal enum HoconTokenKind
{
    End,
    NewLine,
    Space,
    Unquoted,
    Quoted,
    Substitution,
    OptionalSubstitution,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Assign,
    Append,
}
