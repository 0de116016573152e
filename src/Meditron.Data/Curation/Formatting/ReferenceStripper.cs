using System.Buffers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Takes addresses, bracketed references and tags out of a line.</summary>
internal static class ReferenceStripper
{
    private static readonly SearchValues<string> Addresses = SearchValues.Create(["http://", "https://", "www."], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> NoteEnd = SearchValues.Create(" 0123456789:.,");
    private static readonly SearchValues<char> Numbers = SearchValues.Create("0123456789,;-–— *†‡§");
    private static readonly SearchValues<char> AddressEnd = SearchValues.Create(" \t\n\"'<>[]{}|^`");

    /// <summary>Whether <see cref="Append"/> could change the text.</summary>
    public static bool Any(ReadOnlySpan<char> text, bool addresses, bool references)
    {
        if (addresses && (text.ContainsAny(Addresses) || text.Contains("](", StringComparison.Ordinal)))
        {
            return true;
        }

        while (references && text.IndexOfAny('[', '<') is var at and >= 0)
        {
            if (Match(text[at..], addresses: false, references: true).Removed > 0)
            {
                return true;
            }

            text = text[(at + 1)..];
        }

        return false;
    }

    /// <summary>Appends <paramref name="line"/> without what is to go; a space before a removed part goes with it.</summary>
    public static void Append(ref CharBuffer buffer, scoped ReadOnlySpan<char> line, bool addresses, bool references)
    {
        var lineStart = buffer.Length;
        var address = addresses ? line.IndexOfAny(Addresses) : -1;
        while (true)
        {
            var bracket = line.IndexOfAny('[', '<');
            if (address < 0 && bracket < 0)
            {
                buffer.Append(line);
                return;
            }

            var isAddress = bracket < 0 || (address >= 0 && address < bracket);
            var at = isAddress ? address : bracket;
            buffer.Append(line[..at]);
            line = line[at..];
            var (removed, keptFrom, keptLength) = isAddress ? (AddressLength(line, buffer.Span[lineStart..]), 0, 0) : Match(line, addresses, references);
            if (removed == 0)
            {
                buffer.Append(line[0]);
                removed = 1;
            }
            else if (keptLength > 0 && buffer.Length > lineStart && buffer.Last == '!')
            {
                // An image: its mark stands before the link.
                buffer.Length--;
                CloseGap(ref buffer, lineStart, line[removed..]);
            }
            else if (keptLength > 0)
            {
                Append(ref buffer, line.Slice(keptFrom, keptLength), addresses, references);
            }
            else if (isAddress && buffer.Length > lineStart && buffer.Last == '(' && removed < line.Length && line[removed] == ')')
            {
                // An address in parentheses takes them with it.
                buffer.Length--;
                removed++;
                CloseGap(ref buffer, lineStart, line[removed..]);
            }
            else
            {
                CloseGap(ref buffer, lineStart, line[removed..]);
            }

            line = line[removed..];
            address = !addresses ? -1 : line.IndexOfAny(Addresses);
        }
    }

    /// <summary>Takes the space off that stood before a removed part, where a space or punctuation follows.</summary>
    private static void CloseGap(ref CharBuffer buffer, int lineStart, scoped ReadOnlySpan<char> rest)
    {
        while (buffer.Length > lineStart && buffer.Last == ' ' && (rest.IsEmpty || rest[0] is ' ' or '.' or ',' or ';' or ':' or ')'))
        {
            buffer.Length--;
        }
    }

    /// <summary>How many characters of a bracket go, and which of them stay after all (the text of a link).</summary>
    private static (int Removed, int KeptFrom, int KeptLength) Match(ReadOnlySpan<char> line, bool addresses, bool references)
    {
        if (line[0] == '[')
        {
            if (addresses && Link(line) is { Length: > 0 } link)
            {
                return (link.Length, 1, link.Text);
            }

            var close = line[..Math.Min(line.Length, 120)].IndexOf(']');
            return references && close > 0 && IsReference(line[1..close]) ? (close + 1, 0, 0) : (0, 0, 0);
        }

        if (references && line.Length > 2 && (char.IsAsciiLetter(line[1]) || line[1] is '/' or '!'))
        {
            var end = line[..Math.Min(line.Length, 200)].IndexOf('>');
            return end > 0 ? (end + 1, 0, 0) : (0, 0, 0);
        }

        return (0, 0, 0);
    }

    /// <summary>The length of the address that the text starts with, or 0 where it is the middle of a word.</summary>
    private static int AddressLength(ReadOnlySpan<char> text, ReadOnlySpan<char> before)
    {
        if ((before.Length > 0 && char.IsLetterOrDigit(before[^1])) || (text.StartsWith("www.", StringComparison.OrdinalIgnoreCase) && (text.Length < 5 || !char.IsLetterOrDigit(text[4]))))
        {
            return 0;
        }

        return AddressLength(text);
    }

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
