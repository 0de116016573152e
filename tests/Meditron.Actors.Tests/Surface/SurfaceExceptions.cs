namespace Meditron.Actors.Tests.Surface;

/// <summary>The reasoned differences of the two surfaces, read from the text file beside the tests.</summary>
internal sealed class SurfaceExceptions
{
    private readonly List<(string Kind, string Type, string Member)> _entries = [];

    private readonly HashSet<int> _used = [];

    /// <summary>Reads lines of the form "extra|missing | type | member | reason"; "*" at an end stands for anything.</summary>
    public static SurfaceExceptions Read(string path)
    {
        var exceptions = new SurfaceExceptions();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            var parts = line.Split(" | ");
            if (parts.Length != 4 || parts[0] is not ("extra" or "missing") || parts[3].Trim().Length < 10)
            {
                throw new FormatException($"'{line}' of {path} is not 'extra|missing | type | member | reason'.");
            }

            exceptions._entries.Add((parts[0], parts[1].Trim(), parts[2].Trim()));
        }

        return exceptions;
    }

    public bool Allows(string kind, SurfaceFinding finding)
    {
        var allowed = false;
        for (var i = 0; i < _entries.Count; i++)
        {
            var (entryKind, type, member) = _entries[i];
            if (entryKind == kind && Matches(type, finding.Type) && Matches(member, finding.Member))
            {
                _used.Add(i);
                allowed = true;
            }
        }

        return allowed;
    }

    public IEnumerable<string> Unused(string kind) => _entries
        .Where((entry, index) => entry.Kind == kind && !_used.Contains(index))
        .Select(entry => $"{entry.Kind} | {entry.Type} | {entry.Member}");

    private static bool Matches(string pattern, string text) =>
        pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == text;
}
