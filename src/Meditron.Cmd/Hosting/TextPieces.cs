namespace Meditron.Cmd.Hosting;

/// <summary>Cuts texts to what fits into a frame.</summary>
internal static class TextPieces
{
    /// <summary>The text in pieces of at most a number of characters, cut between lines where that is possible.</summary>
    public static IEnumerable<string> Of(string text, int length)
    {
        var start = 0;
        while (text.Length - start > length)
        {
            var at = text.LastIndexOf('\n', start + length, length);
            if (at > start)
            {
                yield return text[start..at];
                start = at + 1;
            }
            else
            {
                // Not between the two halves of one character.
                var end = char.IsHighSurrogate(text[start + length - 1]) ? start + length - 1 : start + length;
                yield return text[start..end];
                start = end;
            }
        }

        yield return text[start..];
    }

    /// <summary>The text, or its beginning where it is longer than a number of characters.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "...";
}
