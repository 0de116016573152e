using Meditron.Data;

namespace Meditron.Training.Settings;

/// <summary>Finds the files that paths and globs (<c>*</c>, <c>?</c>, and <c>**</c> for any folders) name.</summary>
public static class InputFiles
{
    /// <summary>The files, each once, those of one glob in ordinal order.</summary>
    /// <exception cref="MissingInputException">A path does not exist, or a glob matches no file.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var files = new List<string>();
        foreach (var pattern in patterns)
        {
            if (!IsGlob(pattern))
            {
                if (!File.Exists(pattern))
                {
                    throw new MissingInputException(
                        Directory.Exists(pattern) ? $"it is a folder; name its files, for example {Path.Combine(pattern, "*.jsonl")}." : $"there is no such file. Check the path; it is relative to {Environment.CurrentDirectory}.", pattern);
                }

                files.Add(pattern);
                continue;
            }

            var found = Match(pattern).Order(StringComparer.Ordinal).ToList();
            if (found.Count == 0)
            {
                throw new MissingInputException($"no file matches. Check the pattern; it is relative to {Environment.CurrentDirectory}.", pattern);
            }

            files.AddRange(found);
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a path has glob characters and no file is called just that.</summary>
    public static bool IsGlob(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.AsSpan().IndexOfAny('*', '?') >= 0 && !File.Exists(path);
    }

    private static IEnumerable<string> Match(string pattern)
    {
        var parts = pattern.Split('/', '\\');
        var rooted = parts[0].Length == 0;
        return Walk(rooted ? "/" : "", parts.AsMemory(rooted ? 1 : 0));
    }

    private static IEnumerable<string> Walk(string folder, ReadOnlyMemory<string> parts)
    {
        var part = parts.Span[0];
        var rest = parts[1..];
        var here = folder.Length == 0 ? "." : folder;
        if (part.Length == 0 && rest.Length > 0)
        {
            return Walk(folder, rest);
        }

        if (part == "**" && rest.Length > 0)
        {
            return Walk(folder, rest).Concat(Entries(here, folders: true).SelectMany(name => Walk(Path.Combine(folder, name), parts))).Distinct();
        }

        if (rest.Length == 0)
        {
            return Entries(here, folders: false).Where(name => Fits(part, name)).Select(name => Path.Combine(folder, name));
        }

        return part.AsSpan().IndexOfAny('*', '?') < 0
            ? Directory.Exists(Path.Combine(here, part)) ? Walk(Path.Combine(folder, part), rest) : []
            : Entries(here, folders: true).Where(name => Fits(part, name)).SelectMany(name => Walk(Path.Combine(folder, name), rest));
    }

    private static IEnumerable<string> Entries(string folder, bool folders)
    {
        try
        {
            return [.. (folders ? Directory.EnumerateDirectories(folder) : Directory.EnumerateFiles(folder)).Select(path => Path.GetFileName(path)!)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MissingInputException($"the folder cannot be read: {e.Message}", folder, e);
        }
    }

    private static bool Fits(string pattern, string name) =>
        (pattern[0] == '.' || name[0] != '.') && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
