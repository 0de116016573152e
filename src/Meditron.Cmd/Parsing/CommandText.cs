using System.Text;

namespace Meditron.Cmd.Parsing;

/// <summary>Splits a line into words as a shell does: at blanks, but not within quotes or after a backslash.</summary>
internal static class CommandText
{
    /// <summary>The words of a line; false where a quote is not closed.</summary>
    public static bool TrySplit(string line, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
                inWord = true;
            }
            else if (c == quote)
            {
                quote = null;
            }
            else if (quote is null && c is '"' or '\'')
            {
                quote = c;
                inWord = true;
            }
            else if (quote is null && char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        End();
        words = found;
        return quote is null;

        void End()
        {
            if (inWord)
            {
                found.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }
    }
}
