using Meditron.Data.Curation;
using Meditron.Data.Curation.Settings;

namespace Meditron.Training.Settings;

/// <summary>Reads the settings of <c>meditron data curate</c> from the same files and overrides as those of a run, over the defaults of curation.conf.</summary>
public static class CurationSettingsLoader
{
    private const string Resource = "Meditron.Training.curation.conf";
    private const string Section = "meditron.data.curation";

    /// <summary>The text of curation.conf: every key with its default and what it means.</summary>
    public static string Reference
    {
        get
        {
            using var stream = typeof(CurationSettingsLoader).Assembly.GetManifestResourceStream(Resource)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Loads files, the later over the earlier, and overrides (<c>key=value</c>) over them.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read, a key is unknown, a value is not allowed: the message names file, line, key, value and what is allowed.</exception>
    public static CurationSettings Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides)
    {
        // The rest of the file is checked as for a run, so that a slip outside the section does not pass unseen.
        _ = SettingsLoader.Load(files, overrides);
        var config = ConfigFiles.Load(files, overrides, ("curation.conf", Reference));
        var settings = SettingsBinder.Bind<CurationSettings>(config, Section) with
        {
            Input = config.GetString("meditron.data.input") ?? "",
            Output = config.GetString("meditron.data.output") ?? "",
        };
        try
        {
            settings.Validate();
        }
        catch (CurationException e)
        {
            throw new ConfigurationException($"{e.Message} The key stands below {Section}.", e);
        }

        return settings;
    }
}
