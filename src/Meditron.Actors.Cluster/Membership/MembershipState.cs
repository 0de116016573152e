using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Meditron.Actors.Cluster;

/// <summary>What one node concludes from the gossip it has: who leads, whom it can talk to, whether all have seen the same.</summary>
internal sealed class MembershipState
{
    private StrongBox<UniqueAddress?>? _leader;
    private Tuple<IReadOnlySet<UniqueAddress>, bool>? _convergence;

    public MembershipState(Gossip gossip, UniqueAddress self)
    {
        Gossip = gossip;
        Self = self;
    }

    /// <summary>The newest gossip.</summary>
    public Gossip Gossip { get; }

    /// <summary>This node.</summary>
    public UniqueAddress Self { get; }

    /// <summary>All members, in the order of their addresses.</summary>
    public ImmutableSortedSet<Member> Members => Gossip.Members;

    /// <summary>This node as a member; Removed if it is none.</summary>
    public Member SelfMember => Gossip.Member(Self);

    /// <summary>What members that are not Down observe.</summary>
    public Reachability ReachabilityExcludingDownedObservers => Gossip.Content.ReachabilityExcludingDownedObservers;

    /// <summary>The leader as this node sees it, or null.</summary>
    public UniqueAddress? Leader => (_leader ??= new StrongBox<UniqueAddress?>(LeaderOf(Members))).Value;

    /// <summary>Whether this node is the leader.</summary>
    public bool IsLeader => Self.Equals(Leader);

    /// <summary>The one of the highest age number among those that have one.</summary>
    public int HighestUpNumber => Members.Where(m => m.UpNumber != Member.NeverUp).Select(m => m.UpNumber).DefaultIfEmpty(0).Max();

    /// <summary>The state with another gossip.</summary>
    public MembershipState With(Gossip gossip)
    {
        if (ReferenceEquals(gossip, Gossip))
        {
            return this;
        }

        // What follows from the content is the same, whoever has seen it.
        var state = new MembershipState(gossip, Self);
        if (gossip.SharesContent(Gossip))
        {
            state._leader = _leader;
        }

        return state;
    }

    /// <summary>The leader among the members with a role, or null.</summary>
    public UniqueAddress? RoleLeader(string role) => LeaderOf(Members.Where(m => m.HasRole(role)));

    /// <summary>Who would lead these members: the first that is reachable and settled, else the first that is reachable.</summary>
    public UniqueAddress? LeaderOf(IEnumerable<Member> members)
    {
        var candidates = members
            .Where(m => m.Status != MemberStatus.Down && (Gossip.Reachability.IsReachable(m.UniqueAddress) || m.UniqueAddress.Equals(Self)))
            .ToList();
        var settled = candidates.Find(m => MemberStatuses.MayLead(m.Status));
        return (settled ?? candidates.Order(Member.LeaderStatusOrdering).FirstOrDefault())?.UniqueAddress;
    }

    /// <summary>Whether gossip may be sent to a node: to each that this node itself hears. Whom others do not hear must learn that from somebody.</summary>
    public bool MayGossipTo(UniqueAddress node) => !node.Equals(Self) && MayHearFrom(node);

    /// <summary>Whether gossip from a node may be taken: not from one that this node itself has found unreachable. What others cannot reach may have news for this one.</summary>
    public bool MayHearFrom(UniqueAddress node) => Gossip.HasMember(node) && Gossip.Reachability.IsReachable(Self, node);

    /// <summary>Whether all members that count have seen this gossip and none that matters is unreachable: the leader may act.</summary>
    public bool HasConverged(IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        // Asked after every message, and mostly nothing has changed.
        if (!ReferenceEquals(_convergence?.Item1, exitingConfirmed))
        {
            _convergence = Tuple.Create(exitingConfirmed, WhatHindersConvergence(exitingConfirmed) is null);
        }

        return _convergence!.Item2;
    }

    /// <summary>Why the leader may not act, or null if it may.</summary>
    public string? WhatHindersConvergence(IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        foreach (var node in ReachabilityExcludingDownedObservers.AllUnreachableOrTerminated)
        {
            if (!node.Equals(Self)
                && !exitingConfirmed.Contains(node)
                && Gossip.HasMember(node)
                && !MemberStatuses.MayBeUnreachableAtConvergence(Gossip.Member(node).Status))
            {
                return $"{node.Address} is unreachable and {Gossip.Member(node).Status}";
            }
        }

        foreach (var member in Members)
        {
            if (MemberStatuses.CountsForConvergence(member.Status)
                && !Gossip.SeenBy(member.UniqueAddress)
                && !exitingConfirmed.Contains(member.UniqueAddress))
            {
                return $"{member.Address} ({member.Status}) has not seen the newest gossip";
            }
        }

        return null;
    }
}
