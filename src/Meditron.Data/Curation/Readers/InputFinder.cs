using System.IO.Compression;
using System.IO.Enumeration;

namespace Meditron.Data.Curation.Readers;

/// <summary>Expands folders, globs, files and zip archives to the pieces of input they hold, in ordinal order of their paths.</summary>
public static class InputFinder
{
    private static readonly char[] Wild = ['*', '?'];

    /// <summary>
    /// The pieces of each of <paramref name="inputs"/>, the inputs in the order given and the pieces of each in ordinal order; a file named twice comes once.
    /// A folder stands for all files below it; hidden files and folders are left out. In a glob, <c>*</c> and <c>?</c> match inside a name and <c>**</c> any folders.
    /// What cannot be read, or matches nothing, becomes a failure.
    /// </summary>
    /// <param name="inputs">Folders, globs, files.</param>
    /// <param name="template">Subset, source, format and limit for the pieces; its path is not used.</param>
    /// <param name="failures">Receives what could not be read.</param>
    public static IReadOnlyList<InputFile> Find(IEnumerable<string> inputs, InputFile template, ICollection<ReadFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(failures);
        var found = new List<InputFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var paths = Paths(input, failures);
            paths.Sort(StringComparer.Ordinal);
            foreach (var path in paths)
            {
                if (seen.Add(Path.GetFullPath(path)))
                {
                    Add(path, template, found, failures);
                }
            }
        }

        return found;
    }

    private static List<string> Paths(string input, ICollection<ReadFailure> failures)
    {
        var paths = new List<string>();
        if (input.IndexOfAny(Wild) >= 0)
        {
            var fixedPart = input[..input.IndexOfAny(Wild)];
            var cut = fixedPart.LastIndexOf('/') + 1;
            var root = cut == 0 ? "." : fixedPart[..cut];
            var pattern = input[cut..].Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (Directory.Exists(root))
            {
                Walk(root, "", (relative, _) => Matches(relative.Split('/'), pattern), paths, failures);
            }

            if (paths.Count == 0)
            {
                failures.Add(new ReadFailure(input, "glob", ReadFailureKind.Unreadable, $"no file matches {input}"));
            }
        }
        else if (Directory.Exists(input))
        {
            var before = failures.Count;
            Walk(input, "", static (_, _) => true, paths, failures);
            if (paths.Count == 0 && failures.Count == before)
            {
                failures.Add(new ReadFailure(input, "folder", ReadFailureKind.Empty, $"the folder {input} holds no files"));
            }
        }
        else if (File.Exists(input))
        {
            paths.Add(input);
        }
        else
        {
            failures.Add(new ReadFailure(input, "file", ReadFailureKind.Unreadable, $"there is no file or folder {input}"));
        }

        return paths;
    }

    private static void Walk(string folder, string relative, Func<string, bool, bool> wanted, List<string> paths, ICollection<ReadFailure> failures)
    {
        List<(string Name, bool IsFolder)> entries;
        try
        {
            entries = [.. new FileSystemEnumerable<(string, bool)>(folder, static (ref FileSystemEntry e) => (e.FileName.ToString(), e.IsDirectory), new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None })];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add(new ReadFailure(folder, "folder", ReadFailureKind.Unreadable, $"the folder {folder} could not be listed: {e.Message}"));
            return;
        }

        foreach (var (name, isFolder) in entries)
        {
            if (name.StartsWith('.'))
            {
                continue;
            }

            var path = Path.Combine(folder, name);
            var below = relative.Length == 0 ? name : $"{relative}/{name}";
            if (isFolder)
            {
                // A link to a folder could lead back up; links to files are followed.
                if (new DirectoryInfo(path).LinkTarget is null)
                {
                    Walk(path, below, wanted, paths, failures);
                }
            }
            else if (wanted(below, false))
            {
                paths.Add(path);
            }
        }
    }

    private static bool Matches(ReadOnlySpan<string> path, ReadOnlySpan<string> pattern)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == "**")
            {
                for (var skip = 0; skip <= path.Length; skip++)
                {
                    if (Matches(path[skip..], pattern[1..]))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (path.IsEmpty || !FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false))
            {
                return false;
            }

            path = path[1..];
            pattern = pattern[1..];
        }

        return path.IsEmpty;
    }

    private static void Add(string path, InputFile template, List<InputFile> found, ICollection<ReadFailure> failures)
    {
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            found.Add(template with { Path = path });
            return;
        }

        try
        {
            using var archive = ZipFile.OpenRead(path);
            var names = archive.Entries.Where(e => !e.FullName.EndsWith('/') && !e.Name.StartsWith('.') && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
                .Select(e => e.FullName).ToList();
            names.Sort(StringComparer.Ordinal);
            found.AddRange(names.Select(name => template with { Path = path, Entry = name }));
            if (names.Count == 0)
            {
                failures.Add(new ReadFailure(path, "archive", ReadFailureKind.Empty, $"the archive {path} holds no files"));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            failures.Add(new ReadFailure(path, "archive", e is InvalidDataException ? ReadFailureKind.Archive : ReadFailureKind.Unreadable, $"the archive {path} could not be opened: {e.Message}"));
        }
    }
}
