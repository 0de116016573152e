namespace Meditron.Data.Curation.Formatting;

/// <summary>The key by which guidelines are compared: two pages that begin alike are one.</summary>
public static class DedupKey
{
    /// <summary>The letters and digits, in lower case, of the first <paramref name="characters"/> characters.</summary>
    public static string Of(string text, int characters = 500)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = new CharBuffer(characters);
        try
        {
            foreach (var c in text.AsSpan(0, Math.Min(text.Length, characters)))
            {
                if (char.IsLetterOrDigit(c))
                {
                    buffer.Append(char.ToLowerInvariant(c));
                }
            }

            return buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
