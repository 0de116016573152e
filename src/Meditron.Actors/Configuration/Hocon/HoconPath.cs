using System.Text;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>Reads and writes dotted paths with quoted elements, such as <c>a."b.c".d</c>.</summary>
internal static class HoconPath
{
    /// <summary>Splits a path at the dots outside quotes, or returns null for a path with an empty element or an open quote.</summary>
    public static string[]? TrySplit(string path)
    {
        var parts = new List<string>();
        var current = new StringBuilder();
        var wasQuoted = false;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '"')
            {
                var end = i + 1;
                while (end < path.Length && path[end] != '"')
                {
                    if (path[end] == '\\' && end + 1 < path.Length)
                    {
                        end++;
                    }

                    current.Append(path[end]);
                    end++;
                }

                if (end >= path.Length)
                {
                    return null;
                }

                wasQuoted = true;
                i = end;
            }
            else if (c == '.')
            {
                if (!Flush())
                {
                    return null;
                }
            }
            else
            {
                current.Append(c);
            }
        }

        return Flush() ? [.. parts] : null;

        bool Flush()
        {
            if (!wasQuoted && current.Length == 0)
            {
                return false;
            }

            parts.Add(wasQuoted ? current.ToString() : current.ToString().Trim());
            current.Clear();
            wasQuoted = false;
            return true;
        }
    }

    /// <summary>Joins elements to a path, quoting those that need it.</summary>
    public static string Join(IEnumerable<string> parts) => string.Join('.', parts.Select(HoconWriter.Key));
}
