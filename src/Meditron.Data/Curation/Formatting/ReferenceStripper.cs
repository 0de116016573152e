using System.Buffers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Takes addresses, bracketed references and tags out of a line.</summary>
internal static class ReferenceStripper
{
    private static readonly SearchValues<char> Starts = SearchValues.Create("[<hHwW!(");
    private static readonly SearchValues<char> NoteEnd = SearchValues.Create(" 0123456789:.,");
    private static readonly SearchValues<char> Numbers = SearchValues.Create("0123456789,;-–— *†‡§");
    private static readonly SearchValues<char> AddressEnd = SearchValues.Create(" \t\n\"'<>[]{}|^`");

    /// <summary>Appends <paramref name="line"/> without what is to go; a space before a removed part goes with it.</summary>
    public static void Append(ref CharBuffer buffer, scoped ReadOnlySpan<char> line, bool addresses, bool references)
    {
        var lineStart = buffer.Length;
        while (true)
        {
            var at = line.IndexOfAny(Starts);
            if (at < 0)
            {
                buffer.Append(line);
                return;
            }

            buffer.Append(line[..at]);
            line = line[at..];
            var (removed, keptFrom, keptLength) = Match(line, buffer.Length == lineStart ? ' ' : buffer.Last, addresses, references);
            if (removed == 0)
            {
                buffer.Append(line[0]);
                line = line[1..];
                continue;
            }

            if (keptLength > 0)
            {
                Append(ref buffer, line.Slice(keptFrom, keptLength), addresses, references);
            }

            line = line[removed..];
            if (keptLength == 0 && (line.IsEmpty || line[0] is ' ' or '.' or ',' or ';' or ':' or ')'))
            {
                while (buffer.Length > lineStart && buffer.Last == ' ')
                {
                    buffer.Length--;
                }
            }
        }
    }

    /// <summary>How many characters go, and which of them stay after all (the text of a link).</summary>
    private static (int Removed, int KeptFrom, int KeptLength) Match(ReadOnlySpan<char> line, char before, bool addresses, bool references)
    {
        switch (line[0])
        {
            case '(' when addresses && line.Length > 1 && IsAddress(line[1..]):
                // An address in parentheses takes them with it.
                var inner = AddressLength(line[1..]);
                if (line[inner] == ')')
                {
                    return (inner + 1, 0, 0);
                }

                return inner + 1 < line.Length && line[inner + 1] == ')' ? (inner + 2, 0, 0) : (0, 0, 0);
            case 'h' or 'H' or 'w' or 'W' when addresses && !char.IsLetterOrDigit(before) && IsAddress(line):
                return (AddressLength(line), 0, 0);
            case '!' when addresses && line.Length > 1 && line[1] == '[' && Link(line[1..]) is { Length: > 0 } image:
                return (image.Length + 1, 0, 0);
            case '[':
                if (addresses && Link(line) is { Length: > 0 } link)
                {
                    return (link.Length, 1, link.Text);
                }

                var close = line[..Math.Min(line.Length, 120)].IndexOf(']');
                return references && close > 0 && IsReference(line[1..close]) ? (close + 1, 0, 0) : (0, 0, 0);
            case '<' when references && line.Length > 2 && (char.IsAsciiLetter(line[1]) || line[1] is '/' or '!'):
                var end = line[..Math.Min(line.Length, 200)].IndexOf('>');
                return end > 0 ? (end + 1, 0, 0) : (0, 0, 0);
            default:
                return (0, 0, 0);
        }
    }

    private static bool IsAddress(ReadOnlySpan<char> text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || (text.StartsWith("www.", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && char.IsLetterOrDigit(text[4]));

    private static int AddressLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(AddressEnd);
        end = end < 0 ? text.Length : end;
        while (end > 0 && text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?')
        {
            end--;
        }

        if (end > 0 && text[end - 1] == ')' && !text[..end].Contains('('))
        {
            end--;
        }

        return end;
    }

    /// <summary>A Markdown link: its whole length, and the length of its text.</summary>
    private static (int Length, int Text) Link(ReadOnlySpan<char> line)
    {
        var close = line.IndexOf("](", StringComparison.Ordinal);
        if (close <= 0 || line[1..close].Contains('['))
        {
            return default;
        }

        var end = line[close..].IndexOf(')');
        return end < 0 || line.Slice(close, end).Contains(' ') ? default : (close + end + 1, close - 1);
    }

    /// <summary>Whether what stands in brackets is a reference: numbers, or one of the notes that wikis leave.</summary>
    private static bool IsReference(ReadOnlySpan<char> inside)
    {
        inside = inside.Trim();
        foreach (var note in (ReadOnlySpan<string>)["edit", "citation needed", "ref", "note", "see note", "pmid", "link", "pdf"])
        {
            if (inside.StartsWith(note, StringComparison.OrdinalIgnoreCase) && inside[note.Length..].IndexOfAnyExcept(NoteEnd) < 0)
            {
                return true;
            }
        }

        return inside.Length > 0 && inside.IndexOfAnyExcept(Numbers) < 0 && inside.ContainsAnyInRange('0', '9');
    }
}
