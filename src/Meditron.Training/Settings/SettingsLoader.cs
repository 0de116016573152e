namespace Meditron.Training.Settings;

/// <summary>Reads the settings of a run from files and overrides over the defaults of reference.conf, and writes them back.</summary>
public static class SettingsLoader
{
    private const string Resource = "Meditron.Training.reference.conf";

    // Sections of other parts of the program.
    private static readonly string[] OtherRoots = ["akka"];

    /// <summary>The text of reference.conf: every key with its default and what it means.</summary>
    public static string Reference
    {
        get
        {
            using var stream = typeof(SettingsLoader).Assembly.GetManifestResourceStream(Resource)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The settings that hold where nothing is set.</summary>
    public static MeditronSettings Defaults => Load([], []).Settings;

    /// <summary>Loads files, the later over the earlier, and overrides (<c>key=value</c>) over them.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read, a key is unknown, a value is not allowed: the message names file, line, key, value and what is allowed.</exception>
    public static LoadedSettings Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        foreach (var item in overrides)
        {
            var key = ConfigFiles.SplitOverride(item).Key;
            if (!new[] { "meditron" }.Concat(OtherRoots).Any(root => key.StartsWith(root + ".", StringComparison.Ordinal)))
            {
                throw new ConfigurationException($"-c {item}: there is no key {key}. The nearest one is {KeyNames.Nearest(key.Contains('.') ? "meditron." + key : key, Known(key))}.");
            }
        }

        return Bind(ConfigFiles.Load(files, overrides, ("reference.conf", Reference)));
    }

    /// <summary>Loads settings from a text, such as the configuration that a checkpoint keeps.</summary>
    /// <param name="name">What errors call the text.</param>
    /// <param name="text">The text, HOCON.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load"/>.</exception>
    public static LoadedSettings LoadText(string name, string text) => Bind(ConfigFiles.LoadTexts([("reference.conf", Reference), (name, text)]));

    private static LoadedSettings Bind(Config config)
    {
        foreach (var (key, value) in config.AsEnumerable())
        {
            // Other keys at the root are free for substitutions, but not those that were surely meant to stand under meditron.
            var sections = SettingsBinder.KnownKeys(typeof(MeditronSettings), "meditron").Where(known => known.Count(c => c == '.') == 1);
            if (sections.FirstOrDefault(known => known == "meditron." + key) is { } section)
            {
                throw new ConfigurationException($"{key}{SettingsBinder.Place(value)} stands at the root of the configuration, where it has no effect. Did you mean {section}?");
            }

            if (key != "meditron" && KeyNames.Distance(key, "meditron") <= 2)
            {
                throw new ConfigurationException($"{key}{SettingsBinder.Place(value)} is not a known key. The nearest one is meditron.");
            }
        }

        return new LoadedSettings(SettingsBinder.Bind<MeditronSettings>(config, "meditron"), config);
    }

    private static IEnumerable<string> Known(string key)
    {
        var known = SettingsBinder.KnownKeys(typeof(MeditronSettings), "meditron");
        return key.Contains('.') ? known : known.OrderBy(item => KeyNames.Distance(key, item[(item.LastIndexOf('.') + 1)..])).Take(1);
    }
}
