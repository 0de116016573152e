namespace Meditron.Training.Settings;

/// <summary>The validated settings of a run beside the configuration that they were read from.</summary>
public sealed record LoadedSettings(MeditronSettings Settings, Config Config)
{
    /// <summary>The resolved configuration as HOCON: what a run's config.conf holds. It needs no other file to give the same settings.</summary>
    public string ToHocon() => Config.ToString() + "\n";
}
