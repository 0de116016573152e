using System.Text;

namespace Meditron.Training.Settings;

/// <summary>
/// Reads configuration files with their includes (relative to the file that includes), lays files, overrides and defaults over each other,
/// and resolves substitutions only then, so that an override reaches every place that refers to its key.
/// </summary>
public sealed class ConfigFiles
{
    private const int MaximumDepth = 32;
    private const int MaximumIncludes = 1000;
    private const long MaximumBytes = 16 << 20;

    private readonly Func<string, string?>? resources;
    private readonly List<string> open = [];
    private int includes;

    private ConfigFiles(Func<string, string?>? resources) => this.resources = resources;

    /// <summary>Loads one file.</summary>
    /// <param name="path">The file; relative to the current folder.</param>
    /// <param name="resources">Gives the text for <c>include classpath("NAME")</c>, or null if there is no such thing.</param>
    /// <exception cref="ConfigurationException">It cannot be read or is not HOCON: the message names file, line and column.</exception>
    public static Config Load(string path, Func<string, string?>? resources = null) => Load([path], [], null, resources);

    /// <summary>Loads files, the later over the earlier, then the overrides over them, all over the defaults.</summary>
    /// <param name="files">The files; relative to the current folder.</param>
    /// <param name="overrides">Each <c>key=value</c>; a value that is no HOCON is taken as a string.</param>
    /// <param name="defaults">A text with default values and the name that errors give it.</param>
    /// <param name="resources">Gives the text for <c>include classpath("NAME")</c>, or null if there is no such thing.</param>
    /// <exception cref="ConfigurationException">Something cannot be read or is not HOCON: the message names file, line and column.</exception>
    public static Config Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides, (string Name, string Text)? defaults = null, Func<string, string?>? resources = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(overrides);
        var reader = new ConfigFiles(resources);
        var parts = new List<(string Name, Func<HoconRoot?> Read)>();
        if (defaults is { } given)
        {
            parts.Add((given.Name, () => reader.ParseText(given.Name, given.Text, Environment.CurrentDirectory)));
        }

        foreach (var file in files)
        {
            parts.Add((file, () => reader.ReadFile(file) ?? throw new ConfigurationException($"The configuration file {file} does not exist. Check the path; it is relative to {Environment.CurrentDirectory}.")));
        }

        foreach (var item in overrides)
        {
            parts.Add(($"-c {item}", () => ParseOverride(item)));
        }

        return Together(parts);
    }

    /// <summary>Lays texts over each other, the later over the earlier; each has the name that errors give it.</summary>
    /// <exception cref="ConfigurationException">A text is not HOCON: the message names it, line and column.</exception>
    public static Config LoadTexts(IReadOnlyList<(string Name, string Text)> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var reader = new ConfigFiles(null);
        return Together([.. texts.Select(text => (text.Name, new Func<HoconRoot?>(() => reader.ParseText(text.Name, text.Text, Environment.CurrentDirectory))))]);
    }

    /// <summary>Splits an override at its first equals sign.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static (string Key, string Value) SplitOverride(string item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var at = item.IndexOf('=');
        return at > 0
            ? (item[..at].Trim(), item[(at + 1)..].Trim())
            : throw new ConfigurationException($"-c {item}: expected KEY=VALUE, for example -c meditron.training.steps=50.");
    }

    /// <summary>One text that includes them all: each part keeps its name in errors, and everything is resolved together.</summary>
    private static Config Together(IReadOnlyList<(string Name, Func<HoconRoot?> Read)> parts)
    {
        var top = string.Join('\n', Enumerable.Range(0, parts.Count).Select(i => $"include required(\"{i}\")"));
        return ConfigurationFactory.ParseString(top, name => Named(parts[int.Parse(name)].Name, parts[int.Parse(name)].Read()));
    }

    private static HoconRoot ParseOverride(string item)
    {
        var (key, value) = SplitOverride(item);
        try
        {
            return Parser.Parse($"{key} = {(value.Length == 0 ? "\"\"" : value)}", null);
        }
        catch (ConfigurationException e)
        {
            // Paths and globs need no quotes on a command line; what begins as HOCON structure has to be HOCON.
            if (value.Length > 0 && "[{\"$".Contains(value[0]))
            {
                throw new ConfigurationException($"-c {item}: {e.Message}", e);
            }
        }

        try
        {
            return Parser.Parse($"{key} = \"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"", null);
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"-c {item}: {e.Message}", e);
        }
    }

    /// <summary>Gives a parsed text the name that errors in it show: that of an include around it.</summary>
    private static HoconRoot? Named(string name, HoconRoot? root) =>
        root is null ? null : Parser.Parse($"include required(\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"").ReplaceLineEndings(" ")}\")", _ => root);

    private HoconRoot? ReadFile(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            return Directory.Exists(full) ? throw new ConfigurationException($"{path} is a folder, not a configuration file.") : null;
        }

        if (open.Contains(full))
        {
            throw new ConfigurationException($"{path} includes itself: {string.Join(" -> ", open.SkipWhile(file => file != full).Append(full).Select(Path.GetFileName))}.");
        }

        if (open.Count >= MaximumDepth || ++includes > MaximumIncludes)
        {
            throw new ConfigurationException($"{path} is not read: includes are nested more than {MaximumDepth} deep, or there are more than {MaximumIncludes} of them.");
        }

        open.Add(full);
        try
        {
            return ParseText(path, ReadText(path, full), Path.GetDirectoryName(path) ?? "");
        }
        finally
        {
            open.RemoveAt(open.Count - 1);
        }
    }

    private static string ReadText(string path, string full)
    {
        try
        {
            if (new FileInfo(full).Length > MaximumBytes)
            {
                throw new ConfigurationException($"{path} is larger than {MaximumBytes >> 20} MiB, which no configuration needs. Is it the right file?");
            }

            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(full));
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException($"{path} is not UTF-8 text. Save it as UTF-8, or check that it is the right file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private HoconRoot ParseText(string name, string text, string folder)
    {
        try
        {
            return Parser.Parse(text, include => Named(Display(folder, include), Include(folder, include)));
        }
        catch (ConfigurationException e) when (e.Message.StartsWith("line ", StringComparison.Ordinal))
        {
            throw new ConfigurationException($"{name}, {e.Message}", e);
        }
    }

    private HoconRoot? Include(string folder, string include)
    {
        if (include.StartsWith("url:", StringComparison.Ordinal))
        {
            throw new ConfigurationException($"include url(\"{include[4..]}\") is not supported. Download the file and include it by its path.");
        }

        if (include.StartsWith("classpath:", StringComparison.Ordinal))
        {
            var text = resources?.Invoke(include["classpath:".Length..]);
            if (text is not null && (open.Count >= MaximumDepth || ++includes > MaximumIncludes))
            {
                throw new ConfigurationException($"{include} is not read: there are too many includes.");
            }

            return text is null ? null : ParseText(include, text, folder);
        }

        var path = Display(folder, include);
        return ReadFile(path) ?? (Path.HasExtension(path) ? null : ReadFile(path + ".conf"));
    }

    private static string Display(string folder, string include) =>
        include.StartsWith("classpath:", StringComparison.Ordinal) ? include : Path.Combine(folder, include);
}
