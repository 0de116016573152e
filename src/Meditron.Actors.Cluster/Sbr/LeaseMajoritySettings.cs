namespace Meditron.Actors.Cluster.SBR;

/// <summary>The settings of the strategy lease-majority.</summary>
public sealed class LeaseMajoritySettings
{
    /// <summary>Makes the settings.</summary>
    public LeaseMajoritySettings(string leaseImplementation, TimeSpan acquireLeaseDelayForMinority, TimeSpan releaseAfter, string? role, string? leaseName)
    {
        LeaseImplementation = leaseImplementation;
        AcquireLeaseDelayForMinority = acquireLeaseDelayForMinority;
        ReleaseAfter = releaseAfter;
        Role = role;
        LeaseName = leaseName;
    }

    /// <summary>The section of the configuration that describes the lease.</summary>
    public string LeaseImplementation { get; }

    /// <summary>How long a minority waits before it tries to take the lease.</summary>
    public TimeSpan AcquireLeaseDelayForMinority { get; }

    /// <summary>How long the lease is held after the others are removed.</summary>
    public TimeSpan ReleaseAfter { get; }

    /// <summary>The role whose members count; null for all.</summary>
    public string? Role { get; }

    /// <summary>The lease's name; null for one made from the actor system's.</summary>
    public string? LeaseName { get; }

    /// <summary>The lease's name, made from that of the actor system where none is given.</summary>
    public string SafeLeaseName(string systemName) => LeaseName ?? $"{systemName}-akka-sbr";
}
