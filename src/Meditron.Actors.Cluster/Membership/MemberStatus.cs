namespace Meditron.Actors.Cluster;

/// <summary>Where a member stands in its life in the cluster.</summary>
public enum MemberStatus
{
    /// <summary>Known to the cluster, not yet seen by all of it.</summary>
    Joining = 0,

    /// <summary>A full member.</summary>
    Up = 1,

    /// <summary>Asked to leave.</summary>
    Leaving = 2,

    /// <summary>Leaving is known to all; the member hands over its work and stops.</summary>
    Exiting = 3,

    /// <summary>Declared dead; it takes no part any more.</summary>
    Down = 4,

    /// <summary>No longer a member; this state is only seen in events.</summary>
    Removed = 5,

    /// <summary>Admitted while some member is unreachable; becomes Up once that is settled.</summary>
    WeaklyUp = 6,
}
