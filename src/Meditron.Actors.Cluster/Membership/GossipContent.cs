using System.Collections.Immutable;
using Meditron.Actors.Cluster.Serialization;

namespace Meditron.Actors.Cluster;

/// <summary>What a gossip says, apart from who has seen it: one object for all copies of it that a node has, with what was worked out of it once.</summary>
internal sealed class GossipContent(
    ImmutableSortedDictionary<UniqueAddress, Member> members,
    Reachability reachability,
    VectorClock version,
    ImmutableSortedDictionary<UniqueAddress, long> tombstones)
{
    private ImmutableSortedSet<Member>? _memberSet;
    private Reachability? _excludingDowned;
    private GossipForm? _form;

    /// <summary>The members by their nodes.</summary>
    public ImmutableSortedDictionary<UniqueAddress, Member> Members { get; } = members;

    /// <summary>Who observes whom as not reachable.</summary>
    public Reachability Reachability { get; } = reachability;

    /// <summary>The version.</summary>
    public VectorClock Version { get; } = version;

    /// <summary>Removed members with the time of their removal.</summary>
    public ImmutableSortedDictionary<UniqueAddress, long> Tombstones { get; } = tombstones;

    /// <summary>All members, in the order of their addresses.</summary>
    public ImmutableSortedSet<Member> MemberSet => _memberSet ??= Members.Values.ToImmutableSortedSet();

    /// <summary>What members that are not Down observe.</summary>
    public Reachability ReachabilityExcludingDownedObservers =>
        _excludingDowned ??= Reachability.RemoveObservers(MemberSet.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress).ToImmutableSortedSet());

    /// <summary>As it is written on the wire.</summary>
    public GossipForm Form => _form ??= new GossipForm(this, []);
}
