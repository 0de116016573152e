namespace Meditron.Actors.Coordination;

/// <summary>Which lease a singleton takes before it runs, and how often it tries again.</summary>
public sealed class LeaseUsageSettings
{
    /// <summary>Makes the settings.</summary>
    public LeaseUsageSettings(string leaseImplementation, TimeSpan leaseRetryInterval)
    {
        LeaseImplementation = leaseImplementation;
        LeaseRetryInterval = leaseRetryInterval;
    }

    /// <summary>The section of the configuration that describes the lease.</summary>
    public string LeaseImplementation { get; }

    /// <summary>How long to wait after a failed try.</summary>
    public TimeSpan LeaseRetryInterval { get; }

    /// <inheritdoc/>
    public override string ToString() => $"LeaseUsageSettings({LeaseImplementation}, {LeaseRetryInterval})";
}
