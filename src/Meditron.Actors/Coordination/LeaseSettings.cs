using Meditron.Actors.Configuration;

namespace Meditron.Actors.Coordination;

/// <summary>What one lease is called, who takes it, and its times.</summary>
public sealed class LeaseSettings
{
    /// <summary>Makes the settings.</summary>
    public LeaseSettings(string leaseName, string ownerName, TimeoutSettings timeoutSettings, Config leaseConfig)
    {
        LeaseName = leaseName;
        OwnerName = ownerName;
        TimeoutSettings = timeoutSettings;
        LeaseConfig = leaseConfig;
    }

    /// <summary>The lease's name, the same on all nodes that compete for it.</summary>
    public string LeaseName { get; }

    /// <summary>Who takes it.</summary>
    public string OwnerName { get; }

    /// <summary>How long it is held, and how long its store may take.</summary>
    public TimeoutSettings TimeoutSettings { get; }

    /// <summary>The section of the configuration it was made from, for settings of the implementation's own.</summary>
    public Config LeaseConfig { get; }

    /// <summary>Reads the settings from a section with the keys of akka.coordination.lease.</summary>
    /// <exception cref="ConfigurationException">A value is missing or out of range.</exception>
    public static LeaseSettings Create(Config config, string leaseName, string ownerName) => Create(config, leaseName, ownerName, null);

    internal static LeaseSettings Create(Config config, string leaseName, string ownerName, string? path) =>
        new(leaseName, ownerName, TimeoutSettings.Create(config, path), config);

    /// <summary>The same settings with other times.</summary>
    public LeaseSettings WithTimeoutSettings(TimeoutSettings timeoutSettings) => new(LeaseName, OwnerName, timeoutSettings, LeaseConfig);

    /// <inheritdoc/>
    public override string ToString() => $"LeaseSettings({LeaseName}, {OwnerName}, {TimeoutSettings})";
}
