using System.Collections.Frozen;

namespace Meditron.Actors.Cluster;

/// <summary>The sets of member statuses the protocol tells apart, and which status may follow which.</summary>
internal static class MemberStatuses
{
    private static readonly FrozenDictionary<MemberStatus, MemberStatus[]> Transitions = new Dictionary<MemberStatus, MemberStatus[]>
    {
        [MemberStatus.Joining] = [MemberStatus.WeaklyUp, MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.WeaklyUp] = [MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Up] = [MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Leaving] = [MemberStatus.Exiting, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Exiting] = [MemberStatus.Removed, MemberStatus.Down],
        [MemberStatus.Down] = [MemberStatus.Removed],
        [MemberStatus.Removed] = [],
    }.ToFrozenDictionary();

    /// <summary>Whether a member may go from one status to another.</summary>
    public static bool MayFollow(MemberStatus from, MemberStatus to) => Array.IndexOf(Transitions[from], to) >= 0;

    /// <summary>How far along its life a status is; on merging two views of a member the later one counts.</summary>
    public static int Progress(MemberStatus status) => status switch
    {
        MemberStatus.Joining => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Up => 2,
        MemberStatus.Leaving => 3,
        MemberStatus.Exiting => 4,
        MemberStatus.Down => 5,
        _ => 6,
    };

    /// <summary>Only members of these statuses must have seen a gossip for it to have converged.</summary>
    public static bool CountsForConvergence(MemberStatus status) => status is MemberStatus.Up or MemberStatus.Leaving;

    /// <summary>An unreachable member of these statuses does not stand in the way of convergence.</summary>
    public static bool MayBeUnreachableAtConvergence(MemberStatus status) => status is MemberStatus.Down or MemberStatus.Exiting;

    /// <summary>Members of these statuses are preferred as leader.</summary>
    public static bool MayLead(MemberStatus status) => status is MemberStatus.Up or MemberStatus.Leaving;

    /// <summary>A member's life is over, or as good as over: it takes in no newcomer.</summary>
    public static bool IsOnTheWayOut(MemberStatus status) => status is MemberStatus.Down or MemberStatus.Exiting;
}
