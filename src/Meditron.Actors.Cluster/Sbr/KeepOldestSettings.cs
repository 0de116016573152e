namespace Meditron.Actors.Cluster.SBR;

/// <summary>The settings of the strategy keep-oldest.</summary>
public sealed class KeepOldestSettings
{
    /// <summary>Makes the settings.</summary>
    public KeepOldestSettings(bool downIfAlone, string? role)
    {
        DownIfAlone = downIfAlone;
        Role = role;
    }

    /// <summary>Whether the oldest member gives way when it is alone against at least two.</summary>
    public bool DownIfAlone { get; }

    /// <summary>The role whose members count; null for all.</summary>
    public string? Role { get; }
}
