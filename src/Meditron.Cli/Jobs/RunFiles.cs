using System.Globalization;
using Meditron.Cli.Live;
using Meditron.Training.Checkpoints;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>What a run's files say of it, for a run whose processes cannot be asked.</summary>
internal static class RunFiles
{
    /// <summary>Facts by name.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="state">Whether it runs, in words.</param>
    public static IReadOnlyList<(string Name, string Value)> Facts(RunFolder folder, string state)
    {
        var steps = Steps(folder);
        var log = new RunLog(folder, TimeProvider.System);
        var last = log.ReadMetrics() is [.., var line] ? line : null;
        var newest = new CheckpointStore(folder.Checkpoints).List() is [.., var entry] ? entry : null;
        var happened = log.ReadEvents() is [.., var latest] ? latest : null;
        return
        [
            ("run", $"{Path.GetFileName(folder.Path)}, {folder.Path}"),
            ("state", state),
            ("step", $"{Quantity.Count(Math.Max(last?.Step ?? 0, newest?.Step ?? 0))}{(steps > 0 ? $" of {Quantity.Count(steps)}" : "")}"),
            ("loss", last is null ? "none yet" : $"{Quantity.Fixed(last.Loss)}, {Time(last.Time)}"),
            ("checkpoint", newest is null ? "none" : $"step {Quantity.Count(newest.Step)}, {newest.Path}"),
            ("last event", happened is null ? "none" : $"{happened.Event}, {happened.Detail}, {Time(happened.Time)}"),
        ];
    }

    private static int Steps(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.Configuration) ? SettingsLoader.Load([folder.Configuration], []).Settings.Training.Steps : 0;
        }
        catch (ConfigurationException)
        {
            // The run is of another version, or its configuration was cut off; the rest can be told all the same.
            return 0;
        }
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
