using System.Globalization;
using System.Text;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>Cuts a HOCON text into tokens: comments dropped, strings unescaped, every token with its line and column.</summary>
internal sealed class HoconTokenizer
{
    private const string NotInUnquoted = "$\"{}[]:=,#`^?!@*&\\";

    private readonly string text;
    private readonly HoconSource source;
    private readonly List<HoconToken> tokens = [];
    private int index;
    private int line = 1;
    private int lineStart;

    private HoconTokenizer(string text, HoconSource source)
    {
        this.text = text;
        this.source = source;
    }

    private HoconPosition Here => new(source, line, index - lineStart + 1);

    /// <summary>All tokens of a text, the last one being <see cref="HoconTokenKind.End"/>.</summary>
    public static List<HoconToken> Tokenize(string text, HoconSource source) => new HoconTokenizer(text, source).Run();

    private List<HoconToken> Run()
    {
        while (index < text.Length)
        {
            Next();
        }

        Add(HoconTokenKind.End, "", Here);
        return tokens;
    }

    private void Next()
    {
        var c = text[index];
        switch (c)
        {
            case '\n':
                Add(HoconTokenKind.NewLine, "\n", Here);
                index++;
                line++;
                lineStart = index;
                break;
            case '#':
            case '/' when Peek(1) == '/':
                var end = text.IndexOf('\n', index);
                index = end < 0 ? text.Length : end;
                break;
            case '{': Single(HoconTokenKind.OpenBrace); break;
            case '}': Single(HoconTokenKind.CloseBrace); break;
            case '[': Single(HoconTokenKind.OpenBracket); break;
            case ']': Single(HoconTokenKind.CloseBracket); break;
            case ',': Single(HoconTokenKind.Comma); break;
            case ':':
            case '=': Single(HoconTokenKind.Assign); break;
            case '+' when Peek(1) == '=':
                Add(HoconTokenKind.Append, "+=", Here);
                index += 2;
                break;
            case '"': ReadString(); break;
            case '$': ReadSubstitution(); break;
            default:
                if (IsSpace(c))
                {
                    ReadSpace();
                }
                else if (NotInUnquoted.Contains(c))
                {
                    throw Here.Error($"'{c}' must be inside double quotes. Quote the whole value, for example \"data/*.jsonl\".");
                }
                else
                {
                    ReadUnquoted();
                }

                break;
        }
    }

    private void ReadSpace()
    {
        var (start, position) = (index, Here);
        while (index < text.Length && IsSpace(text[index]))
        {
            index++;
        }

        Add(HoconTokenKind.Space, text[start..index], position);
    }

    private void ReadUnquoted()
    {
        var (start, position) = (index, Here);
        while (index < text.Length)
        {
            var c = text[index];
            if (c == '\n' || IsSpace(c) || NotInUnquoted.Contains(c) || (c == '/' && Peek(1) == '/') || (c == '+' && Peek(1) == '='))
            {
                break;
            }

            index++;
        }

        Add(HoconTokenKind.Unquoted, text[start..index], position);
    }

    private void ReadString()
    {
        var position = Here;
        if (Peek(1) == '"' && Peek(2) == '"')
        {
            ReadTripleQuoted(position);
            return;
        }

        index++;
        var builder = new StringBuilder();
        while (true)
        {
            if (index >= text.Length || text[index] == '\n')
            {
                throw position.Error("this string has no closing quote on its line. Close it, or use triple quotes (\"\"\") for a text of several lines.");
            }

            var c = text[index];
            if (c == '"')
            {
                index++;
                break;
            }

            if (c == '\\')
            {
                ReadEscape(builder);
                continue;
            }

            builder.Append(c);
            index++;
        }

        Add(HoconTokenKind.Quoted, builder.ToString(), position);
    }

    private void ReadEscape(StringBuilder builder)
    {
        var position = Here;
        var c = Peek(1);
        if (c == 'u')
        {
            if (index + 6 > text.Length || !ushort.TryParse(text.AsSpan(index + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                throw position.Error("\\u must be followed by four hexadecimal digits.");
            }

            builder.Append((char)code);
            index += 6;
            return;
        }

        builder.Append(c switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw position.Error("a backslash in a quoted string must be followed by one of \" \\ / b f n r t u. Write \\\\ for a backslash."),
        });
        index += 2;
    }

    private void ReadTripleQuoted(HoconPosition position)
    {
        var start = index + 3;
        var end = text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw position.Error("this triple-quoted string has no closing \"\"\".");
        }

        // Quotes beyond three at the end belong to the text.
        while (end + 3 < text.Length && text[end + 3] == '"')
        {
            end++;
        }

        for (var i = start; i < end; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                lineStart = i + 1;
            }
        }

        Add(HoconTokenKind.Quoted, text[start..end], position);
        index = end + 3;
    }

    private void ReadSubstitution()
    {
        var position = Here;
        if (Peek(1) != '{')
        {
            throw position.Error("'$' must be followed by '{' (a substitution) or be inside double quotes.");
        }

        var optional = Peek(2) == '?';
        var start = index + (optional ? 3 : 2);
        var quoted = false;
        var end = start;
        while (end < text.Length && text[end] != '\n' && (quoted || text[end] != '}'))
        {
            quoted ^= text[end] == '"';
            end++;
        }

        if (end >= text.Length || text[end] == '\n')
        {
            throw position.Error("this substitution has no closing '}'.");
        }

        Add(optional ? HoconTokenKind.OptionalSubstitution : HoconTokenKind.Substitution, text[start..end].Trim(), position);
        index = end + 1;
    }

    private void Single(HoconTokenKind kind)
    {
        Add(kind, text[index].ToString(), Here);
        index++;
    }

    private void Add(HoconTokenKind kind, string value, HoconPosition position) => tokens.Add(new HoconToken(kind, value, position));

    private char Peek(int ahead) => index + ahead < text.Length ? text[index + ahead] : '\0';

    private static bool IsSpace(char c) => c != '\n' && (char.IsWhiteSpace(c) || c == '\uFEFF');
}
