namespace Meditron.Actors.Cluster.SBR;

/// <summary>The settings of the strategy static-quorum.</summary>
public sealed class StaticQuorumSettings
{
    /// <summary>Makes the settings.</summary>
    public StaticQuorumSettings(int size, string? role)
    {
        Size = size;
        Role = role;
    }

    /// <summary>How many members a side needs to go on, at least 1.</summary>
    public int Size { get; }

    /// <summary>The role whose members count; null for all.</summary>
    public string? Role { get; }
}
