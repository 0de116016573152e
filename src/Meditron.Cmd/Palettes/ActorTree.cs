namespace Meditron.Cmd.Palettes;

/// <summary>Reads the tree of actors that an actor system prints, the one form in which both engines give it without asking the actors, which may be busy.</summary>
internal static class ActorTree
{
    private const string Marker = "-> ";

    /// <summary>The paths of all actors, without the root, sorted.</summary>
    public static List<string> Paths(string printed)
    {
        var paths = new List<string>();
        var above = new Stack<(int Column, string Path)>();
        foreach (var line in printed.AsSpan().EnumerateLines())
        {
            var column = line.IndexOf(Marker, StringComparison.Ordinal);
            if (column < 0)
            {
                continue;
            }

            var rest = line[(column + Marker.Length)..];
            var end = rest.IndexOf(' ');
            var name = end < 0 ? rest : rest[..end];
            while (above.Count > 0 && above.Peek().Column >= column)
            {
                above.Pop();
            }

            // The first line is the root, which one engine calls "/" and the other nothing.
            var path = above.Count == 0 ? "" : $"{above.Peek().Path}/{name}";
            if (path.Length > 0)
            {
                paths.Add(path);
            }

            above.Push((column, path));
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    /// <summary>The paths at and below a start, so many levels deep; null where there is no actor at the start.</summary>
    /// <param name="paths">All paths, sorted.</param>
    /// <param name="start">A path; <c>/</c> for all.</param>
    /// <param name="depth">Levels below the start; negative for all.</param>
    public static List<string>? Below(IReadOnlyList<string> paths, string start, int depth)
    {
        var root = start.TrimEnd('/');
        var found = new List<string>();
        var exists = root.Length == 0;
        foreach (var path in paths)
        {
            if (path == root)
            {
                exists = true;
                found.Add(path);
            }
            else if (path.StartsWith(root, StringComparison.Ordinal) && path[root.Length] == '/'
                && (depth < 0 || path.AsSpan(root.Length).Count('/') <= depth))
            {
                found.Add(path);
            }
        }

        return exists ? found : null;
    }
}
