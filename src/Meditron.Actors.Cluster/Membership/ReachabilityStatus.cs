namespace Meditron.Actors.Cluster;

/// <summary>What an observer says of a node.</summary>
internal enum ReachabilityStatus
{
    /// <summary>It is heard from.</summary>
    Reachable = 0,

    /// <summary>It is not heard from now, and may come back.</summary>
    Unreachable = 1,

    /// <summary>It will never be heard from again: quarantined, or replaced by a new incarnation.</summary>
    Terminated = 2,
}
