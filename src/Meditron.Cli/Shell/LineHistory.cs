namespace Meditron.Cli.Shell;

/// <summary>Keeps the lines that were entered, in a file from one session to the next.</summary>
/// <remarks>A line that starts with a blank is not kept, nor is one that repeats the line before it.</remarks>
internal sealed class LineHistory
{
    private const int Capacity = 1000;

    private readonly string file;
    private readonly List<string> lines;
    private bool reported;

    /// <summary>Reads the lines of a file; none where there is no such file or it cannot be read.</summary>
    public LineHistory(string file)
    {
        this.file = file;
        try
        {
            lines = File.Exists(file) ? [.. File.ReadLines(file).Where(line => line.Length > 0).TakeLast(Capacity)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lines = [];
            Report(e);
        }
    }

    /// <summary>The file under the user's state folder.</summary>
    public static string DefaultFile
    {
        get
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state))
            {
                state = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            }

            return Path.Combine(state, "meditron", "cmd-history");
        }
    }

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Adds a line, and writes the file.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || line[0] == ' ' || (lines.Count > 0 && lines[^1] == line))
        {
            return;
        }

        lines.Add(line);
        if (lines.Count > Capacity)
        {
            lines.RemoveAt(0);
        }

        try
        {
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(e);
        }
    }

    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = $"{file}.{Environment.ProcessId}.partial";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // What was typed concerns its user alone.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(partial, options))
        {
            foreach (var line in lines)
            {
                writer.WriteLine(line);
            }
        }

        File.Move(partial, file, overwrite: true);
    }

    private void Report(Exception e)
    {
        if (!reported)
        {
            reported = true;
            Console.Error.WriteLine($"meditron: the history cannot be kept in {file}: {e.Message}");
        }
    }
}
