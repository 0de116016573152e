using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>The state of the cluster that its members tell each other: members, who observes whom, who has seen this version, and the version.</summary>
/// <remarks>
/// Two states can always be joined by <see cref="Merge"/>, in any order and any number of times, with the same result. A removed member leaves
/// a tombstone, so that a state from before the removal does not bring it back.
/// </remarks>
internal sealed class Gossip : IEquatable<Gossip>
{
    // Members are equal whatever their status, so the dictionary must be told that a changed one is another value.
    private static readonly ImmutableSortedDictionary<UniqueAddress, Member> NoMembers =
        ImmutableSortedDictionary.Create<UniqueAddress, Member>(Comparer<UniqueAddress>.Default, ReferenceEqualityComparer.Instance);

    private Gossip(
        ImmutableSortedDictionary<UniqueAddress, Member> members,
        ImmutableSortedSet<UniqueAddress> seen,
        Reachability reachability,
        VectorClock version,
        ImmutableSortedDictionary<UniqueAddress, long> tombstones)
        : this(new GossipContent(members, reachability, version, tombstones), seen)
    {
    }

    private Gossip(GossipContent content, ImmutableSortedSet<UniqueAddress> seen)
    {
        Content = content;
        Seen = seen;
    }

    /// <summary>What a node knows that has not joined.</summary>
    public static readonly Gossip Empty = new(
        NoMembers,
        ImmutableSortedSet<UniqueAddress>.Empty,
        Reachability.Empty,
        VectorClock.Create(),
        ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    /// <summary>All members, in the order of their addresses.</summary>
    public ImmutableSortedSet<Member> Members => Content.MemberSet;

    /// <summary>All but who has seen it; most gossips that arrive share it with one that was there before.</summary>
    public GossipContent Content { get; }

    /// <summary>Who has seen exactly this version.</summary>
    public ImmutableSortedSet<UniqueAddress> Seen { get; }

    /// <summary>Who observes whom as not reachable.</summary>
    public Reachability Reachability => Content.Reachability;

    /// <summary>The version of members and reachability; <see cref="Seen"/> is not part of what is versioned.</summary>
    public VectorClock Version => Content.Version;

    /// <summary>Removed members with the time of their removal, in milliseconds of the Unix epoch.</summary>
    public ImmutableSortedDictionary<UniqueAddress, long> Tombstones => Content.Tombstones;

    private ImmutableSortedDictionary<UniqueAddress, Member> MembersByNode => Content.Members;

    /// <summary>Builds a state from its parts, as they came over the wire.</summary>
    public static Gossip Create(
        IEnumerable<Member> members,
        IEnumerable<UniqueAddress> seen,
        Reachability reachability,
        VectorClock version,
        IEnumerable<KeyValuePair<UniqueAddress, long>> tombstones) =>
        new(
            NoMembers.SetItems(members.Select(m => KeyValuePair.Create(m.UniqueAddress, m))),
            seen.ToImmutableSortedSet(),
            reachability,
            version,
            tombstones.ToImmutableSortedDictionary());

    /// <summary>Content that has been read before, with who has seen it.</summary>
    public static Gossip Of(GossipContent content, ImmutableSortedSet<UniqueAddress> seen) => new(content, seen);

    /// <summary>The name under which a node counts its changes in the version.</summary>
    public static VectorClock.Node ClockNode(UniqueAddress node) => node.ClockNode;

    /// <summary>Whether this incarnation is a member.</summary>
    public bool HasMember(UniqueAddress node) => MembersByNode.ContainsKey(node);

    /// <summary>The member, or one with status Removed if there is none.</summary>
    public Member Member(UniqueAddress node) => MembersByNode.TryGetValue(node, out var member) ? member : Meditron.Actors.Cluster.Member.Removed(node);

    /// <summary>Whether the node has seen exactly this version.</summary>
    public bool SeenBy(UniqueAddress node) => Seen.Contains(node);

    /// <summary>The same state, seen by one more.</summary>
    public Gossip MarkSeen(UniqueAddress node) => Seen.Contains(node) ? this : new Gossip(Content, Seen.Add(node));

    /// <summary>The same version as seen by all who saw either copy.</summary>
    public Gossip MergeSeen(Gossip other) => new(Content, Seen.Union(other.Seen));

    /// <summary>The next version, changed by a node, and seen by nobody else yet.</summary>
    public Gossip ChangedBy(UniqueAddress node) =>
        new(MembersByNode, [node], Reachability, Version.Increment(ClockNode(node)), Tombstones);

    /// <summary>The state with another table of reachability.</summary>
    public Gossip WithReachability(Reachability reachability) => new(MembersByNode, Seen, reachability, Version, Tombstones);

    /// <summary>The state with these members added or replaced.</summary>
    public Gossip WithMembers(IEnumerable<Member> changed) =>
        new(
            MembersByNode.SetItems(changed.Select(m => KeyValuePair.Create(m.UniqueAddress, m))), Seen, Reachability, Version, Tombstones);

    /// <summary>The state with a member marked as Down.</summary>
    public Gossip MarkAsDown(Member member) =>
        new(
            MembersByNode.SetItem(member.UniqueAddress, member.Copy(MemberStatus.Down)),
            Seen.Remove(member.UniqueAddress),
            Reachability,
            Version,
            Tombstones);

    /// <summary>The state without these members; each leaves a tombstone.</summary>
    public Gossip Remove(IReadOnlyCollection<UniqueAddress> nodes, long now)
    {
        var tombstones = Tombstones;
        foreach (var node in nodes)
        {
            tombstones = tombstones.SetItem(node, now);
        }

        return new Gossip(MembersByNode, Seen, Reachability, Version, tombstones).Bury(tombstones);
    }

    /// <summary>Forgets removals from before a time; by then nobody remembers those members any more.</summary>
    public Gossip ForgetTombstones(long before)
    {
        var old = Tombstones.Where(t => t.Value < before).Select(t => t.Key).ToList();
        return old.Count == 0 ? this : new Gossip(MembersByNode, Seen, Reachability, Version, Tombstones.RemoveRange(old));
    }

    /// <summary>How this version relates to another one, leaving aside what removed members have contributed.</summary>
    public VectorClock.Ordering CompareVersion(Gossip other) => SharesContent(other)
        ? VectorClock.Ordering.Same
        : PruneClock(Version, other.Tombstones).CompareTo(PruneClock(other.Version, Tombstones));

    /// <summary>Whether both say the same, apart from version and who has seen it.</summary>
    public bool SameContent(Gossip other) => SharesContent(other)
        || (MembersByNode.Count == other.MembersByNode.Count
        && MembersByNode.Values.Zip(other.MembersByNode.Values).All(p => Same(p.First, p.Second))
        && Reachability.Equals(other.Reachability)
        && Tombstones.SequenceEqual(other.Tombstones));

    /// <summary>Whether both are the same version with the same content, known without looking at it.</summary>
    public bool SharesContent(Gossip other) => ReferenceEquals(Content, other.Content);

    /// <summary>Joins two states; nobody has seen the result yet.</summary>
    public Gossip Merge(Gossip other)
    {
        var tombstones = Tombstones.ToBuilder();
        foreach (var (node, time) in other.Tombstones)
        {
            tombstones[node] = Math.Max(time, tombstones.GetValueOrDefault(node, long.MinValue));
        }

        var members = MembersByNode.ToBuilder();
        foreach (var (node, theirs) in other.MembersByNode)
        {
            members[node] = members.TryGetValue(node, out var mine) ? Join(mine, theirs) : theirs;
        }

        var buried = tombstones.ToImmutable();
        foreach (var node in buried.Keys)
        {
            members.Remove(node);
        }

        var all = members.ToImmutable();
        var reachability = Reachability.Merge(all.Keys.ToImmutableSortedSet(), other.Reachability);
        return new Gossip(
            all, ImmutableSortedSet<UniqueAddress>.Empty, reachability, PruneClock(Version.Merge(other.Version), buried), buried);
    }

    /// <inheritdoc/>
    public bool Equals(Gossip? other) =>
        other is not null && SameContent(other) && Seen.SetEquals(other.Seen) && Version.Equals(other.Version);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Gossip);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, MembersByNode.Count);

    /// <inheritdoc/>
    public override string ToString() =>
        $"Gossip(members = [{string.Join(", ", Members)}], seen = [{string.Join(", ", Seen)}], reachability = [{Reachability}], version = {Version}, tombstones = [{string.Join(", ", Tombstones.Keys)}])";

    private static bool Same(Member a, Member b) =>
        ReferenceEquals(a, b) || (a.Equals(b) && a.Status == b.Status && a.UpNumber == b.UpNumber && a.Roles.SetEquals(b.Roles) && a.AppVersion.Equals(b.AppVersion));

    // Two leaders of a partition may both have admitted a member; it keeps the greater age, so that all come to the same answer.
    private static Member Join(Member a, Member b) =>
        (MemberStatuses.Progress(a.Status) >= MemberStatuses.Progress(b.Status) ? a : b).WithUpNumber(Math.Min(a.UpNumber, b.UpNumber));

    private static VectorClock PruneClock(VectorClock version, ImmutableSortedDictionary<UniqueAddress, long> tombstones)
    {
        foreach (var node in tombstones.Keys)
        {
            version = version.Prune(ClockNode(node));
        }

        return version;
    }

    private Gossip Bury(ImmutableSortedDictionary<UniqueAddress, long> tombstones)
    {
        var gone = tombstones.Keys.ToImmutableSortedSet();
        return new Gossip(
            MembersByNode.RemoveRange(gone), Seen.Except(gone), Reachability.Remove(gone), PruneClock(Version, tombstones), tombstones);
    }
}
