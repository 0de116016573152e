using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>What one node knows when it has to decide about unreachable members. Immutable.</summary>
/// <param name="Self">This node.</param>
/// <param name="Members">All members, whatever their status, in the order of their addresses.</param>
/// <param name="Unreachable">Members that this side does not hear from, or that are Down; never this node.</param>
/// <param name="Records">Who says of whom that it is not reachable, leaving out what members say that are Down.</param>
/// <param name="Seen">Who has seen the newest gossip.</param>
/// <param name="IsLeader">Whether this node leads those it hears from.</param>
internal sealed record SplitView(
    UniqueAddress Self,
    ImmutableSortedSet<Member> Members,
    ImmutableSortedSet<UniqueAddress> Unreachable,
    ImmutableList<Reachability.Record> Records,
    ImmutableSortedSet<UniqueAddress> Seen,
    bool IsLeader)
{
    /// <summary>What a node knows that has not joined.</summary>
    public static SplitView Nothing(UniqueAddress self) => Of(new MembershipState(Gossip.Empty, self));

    /// <summary>What matters of a membership.</summary>
    public static SplitView Of(MembershipState state)
    {
        var reachability = state.ReachabilityExcludingDownedObservers;
        var unreachable = reachability.AllUnreachableOrTerminated.Where(state.Gossip.HasMember)
            .Concat(state.Members.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress))
            .Where(n => !n.Equals(state.Self))
            .ToImmutableSortedSet();
        return new SplitView(state.Self, state.Members, unreachable, [.. reachability.Records], state.Gossip.Seen, state.IsLeader);
    }

    /// <summary>This node's status; Removed if it is no member.</summary>
    public MemberStatus SelfStatus => Members.FirstOrDefault(m => m.UniqueAddress.Equals(Self))?.Status ?? MemberStatus.Removed;

    /// <summary>Whether this node is the one that carries out decisions for its side.</summary>
    public bool IsResponsible => IsLeader && SelfStatus is not (MemberStatus.Joining or MemberStatus.Removed);

    /// <summary>Who can still be declared dead.</summary>
    public ImmutableSortedSet<UniqueAddress> Downable => Members.Where(m => !MemberStatuses.IsOnTheWayOut(m.Status)).Select(m => m.UniqueAddress).ToImmutableSortedSet();

    /// <summary>Members that take part, and are not said to be unreachable; without this node.</summary>
    public ImmutableSortedSet<UniqueAddress> Connected => Downable.Remove(Self).Except(Unreachable);

    /// <summary>Members that are both observed as unreachable and observe others so: the links of a clean split or a crash do not look like that.</summary>
    public ImmutableSortedSet<UniqueAddress> InCycles =>
        Records.Select(r => r.Observer).ToImmutableSortedSet().Intersect(Records.Select(r => r.Subject));

    /// <summary>Members that have seen the newest gossip although they are said to be unreachable, and those who say so.</summary>
    public ImmutableSortedSet<UniqueAddress> SeenThoughUnreachable =>
        Records.Where(r => Seen.Contains(r.Subject)).SelectMany(r => new[] { r.Observer, r.Subject }).ToImmutableSortedSet();

    /// <summary>Members that cannot hear each other, but are connected through others.</summary>
    public ImmutableSortedSet<UniqueAddress> IndirectlyConnected => InCycles.Union(SeenThoughUnreachable);

    /// <summary>Whether nobody who is unreachable could be declared dead any more, apart from those who were never admitted.</summary>
    public bool IsSettled => !Counted("").Any(IsUnreachable);

    /// <summary>The same view without what those say who are cut off from this side: what they last said is from before that, and no longer so.</summary>
    /// <remarks>
    /// Cut off is who is unreachable for this node, or for another one that has the newest gossip, and has not got that gossip by any other way. Akka.NET takes
    /// their word, and so takes a clean split for an indirect connection when the links have changed shortly before.
    /// </remarks>
    public SplitView WithoutCutOff()
    {
        var connected = Seen.Add(Self);
        var cutOff = Records.Where(r => connected.Contains(r.Observer)).Select(r => r.Subject).Except(connected).ToImmutableSortedSet();
        var records = Records.RemoveAll(r => cutOff.Contains(r.Observer));
        if (records.Count == Records.Count)
        {
            return this;
        }

        var word = records.Select(r => r.Subject).ToImmutableSortedSet();
        var unheard = Records.Select(r => r.Subject).Where(n => !word.Contains(n));
        return this with { Records = records, Unreachable = Unreachable.Except(unheard.Where(n => !IsDown(n))) };
    }

    /// <summary>Whether this side does not hear from a member.</summary>
    public bool IsUnreachable(Member member) => Unreachable.Contains(member.UniqueAddress);

    /// <summary>The members that count in a decision: admitted, and not on their way out.</summary>
    /// <param name="role">Only those with this role; empty for all.</param>
    /// <param name="includingPossiblyUp">Also newcomers, which another side may have admitted meanwhile.</param>
    /// <param name="excludingPossiblyExiting">Not those who leave, which another side may have let go meanwhile.</param>
    public IReadOnlyList<Member> Counted(string role, bool includingPossiblyUp = false, bool excludingPossiblyExiting = false) =>
    [
        .. Members.Where(m => (role.Length == 0 || m.HasRole(role)) && m.Status switch
        {
            MemberStatus.Up => true,
            MemberStatus.Joining or MemberStatus.WeaklyUp => includingPossiblyUp,
            MemberStatus.Leaving => !excludingPossiblyExiting,
            _ => false,
        }),
    ];

    /// <summary>Whether this view differs from an earlier one in a way that makes a decision premature: who is unreachable, admitted, exiting or down.</summary>
    public bool IsUnsettledSince(SplitView before)
    {
        if (!HasSameUnreachableAs(before))
        {
            return true;
        }

        foreach (var member in Members)
        {
            if (member.Status is MemberStatus.Up or MemberStatus.Exiting or MemberStatus.Down
                && !(before.Members.TryGetValue(member, out var old) && old.Status == member.Status))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the same members are unreachable as before, apart from those that were removed.</summary>
    public bool HasSameUnreachableAs(SplitView before) =>
        Unreachable.IsSubsetOf(before.Unreachable)
        && before.Unreachable.All(n => Unreachable.Contains(n) || !Members.Any(m => m.UniqueAddress.Equals(n)));

    private bool IsDown(UniqueAddress node) => Members.Any(m => m.UniqueAddress.Equals(node) && m.Status == MemberStatus.Down);
}
