using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>How replayed events are checked.</summary>
internal sealed record ReplayFilterSettings(ReplayFilterMode Mode, int WindowSize, int MaxOldWriters, bool Debug)
{
    public bool IsDisabled => Mode == ReplayFilterMode.Disabled;

    /// <summary>Reads replay-filter of a journal's configuration.</summary>
    /// <exception cref="ConfigurationException">A value is not allowed.</exception>
    public static ReplayFilterSettings Read(Config config, string path)
    {
        var mode = config.GetString("replay-filter.mode", "")!.ToLowerInvariant();
        return new ReplayFilterSettings(
            mode switch
            {
                "off" or "false" => ReplayFilterMode.Disabled,
                "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
                "fail" => ReplayFilterMode.Fail,
                "warn" => ReplayFilterMode.Warn,
                _ => throw new ConfigurationException($"{path}.replay-filter.mode is \"{mode}\"; allowed is off, repair-by-discard-old, fail or warn."),
            },
            Positive(config, path, "window-size"),
            Positive(config, path, "max-old-writers"),
            config.GetBoolean("replay-filter.debug"));
    }

    private static int Positive(Config config, string path, string key)
    {
        var value = config.GetInt($"replay-filter.{key}");
        return value > 0 ? value : throw new ConfigurationException($"{path}.replay-filter.{key} is {value}; allowed is a number above 0.");
    }
}
