namespace Meditron.Cmd.Parsing;

/// <summary>Finds the word that somebody who mistyped one probably meant.</summary>
internal static class Spelling
{
    /// <summary>The nearest candidate, the first among equals; null where none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (Text: candidate, Distance: Distance(word, candidate))).DefaultIfEmpty((Text: "", Distance: int.MaxValue)).MinBy(each => each.Distance);
        return best.Distance <= Math.Max(2, best.Text.Length / 2) ? best.Text : null;
    }

    /// <summary>" Did you mean X?", or nothing.</summary>
    public static string Suggestion(string word, IEnumerable<string> candidates) => Nearest(word, candidates) is { } nearest ? $" Did you mean {nearest}?" : "";

    /// <summary>How many characters must be put in, taken out, replaced or swapped with their neighbour, whatever their case.</summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var same = Same(left[i - 1], right[j - 1]);
                var distance = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    distance = Math.Min(distance, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = distance;
            }
        }

        return rows[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
