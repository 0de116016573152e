using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>A run that a user names, and how its processes are reached.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Secret">The secret of its cluster; null where it has none.</param>
internal sealed record RunLocation(RunFolder Folder, string? Secret)
{
    /// <summary>Finds a run by its name or folder, or by a configuration that names it.</summary>
    /// <param name="name">Name or folder; null where it was not given.</param>
    /// <param name="configuration">What the configuration files give.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public static RunLocation Find(string? name, LoadedSettings configuration)
    {
        var settings = configuration.Settings.Run;
        IReadOnlyList<string> places = name is null ? [settings.Path] : [name, Path.Combine(settings.Folder, name)];
        var folder = places.Select(place => new RunFolder(Path.GetFullPath(place))).FirstOrDefault(place => File.Exists(place.Configuration) || Directory.Exists(place.Nodes))
            ?? throw new ConfigurationException(
                $"There is no run {name ?? settings.Name}: neither config.conf nor nodes/ is in {string.Join(" or ", places)}. Give the run's folder, its name under {settings.Folder}/ (meditron.run.folder), or its configuration.");
        var secret = configuration.Config.GetString("akka.remote.secret", "");
        if (string.IsNullOrEmpty(secret) && File.Exists(folder.Configuration))
        {
            secret = ConfigFiles.Load(folder.Configuration).GetString("akka.remote.secret", "");
        }

        return new RunLocation(folder, string.IsNullOrEmpty(secret) ? Environment.GetEnvironmentVariable(Shell.CmdTarget.SecretVariable) : secret);
    }
}
