using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster;

/// <summary>One member of the cluster as the gossip knows it: its identity, status, roles, version and age.</summary>
public class Member : IComparable<Member>, IComparable
{
    /// <summary>The age number of a member that has never been Up.</summary>
    internal const int NeverUp = int.MaxValue;

    private Member(UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
        AppVersion = appVersion;
    }

    /// <summary>The order of addresses that decides ties and the leader: by host, then by port.</summary>
    public static readonly IComparer<Address> AddressOrdering = Comparer<Address>.Create(MemberOrderings.CompareAddresses);

    /// <summary>The order of age: who became Up first is first.</summary>
    public static readonly IComparer<Member> AgeOrdering = Comparer<Member>.Create(MemberOrderings.CompareAges);

    /// <summary>The order in which members are candidates for leader: settled ones first, those on their way out last.</summary>
    internal static readonly IComparer<Member> LeaderStatusOrdering = Comparer<Member>.Create(MemberOrderings.CompareAsLeader);

    /// <summary>Which incarnation of which node this is.</summary>
    public UniqueAddress UniqueAddress { get; }

    /// <summary>Where the node is reached.</summary>
    public Address Address => UniqueAddress.Address;

    /// <summary>Where the member stands in its life in the cluster.</summary>
    public MemberStatus Status { get; }

    /// <summary>The roles the node was configured with.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>The application's version the node was configured with.</summary>
    public AppVersion AppVersion { get; }

    /// <summary>The age: the how-manieth to become Up; <see cref="NeverUp"/> before that.</summary>
    internal int UpNumber { get; }

    internal static Member Create(UniqueAddress uniqueAddress, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(uniqueAddress, NeverUp, MemberStatus.Joining, roles, appVersion);

    internal static Member Create(
        UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(uniqueAddress, upNumber, status, roles, appVersion);

    /// <summary>A stand-in for a node that is not, or no longer, a member.</summary>
    internal static Member Removed(UniqueAddress node) =>
        new(node, NeverUp, MemberStatus.Removed, ImmutableHashSet<string>.Empty, AppVersion.Zero);

    /// <summary>Whether the node was configured with this role.</summary>
    public bool HasRole(string role) => Roles.Contains(role);

    /// <summary>Whether this member became Up before the other one; the address decides a tie.</summary>
    public bool IsOlderThan(Member other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return MemberOrderings.CompareAges(this, other) < 0;
    }

    /// <summary>The same member with another status.</summary>
    /// <exception cref="InvalidOperationException">That status cannot follow the present one.</exception>
    public Member Copy(MemberStatus status)
    {
        if (status == Status)
        {
            return this;
        }

        if (!MemberStatuses.MayFollow(Status, status))
        {
            throw new InvalidOperationException($"Member {Address} cannot go from {Status} to {status}.");
        }

        return new Member(UniqueAddress, UpNumber, status, Roles, AppVersion);
    }

    /// <summary>The same member, Up, with its age number.</summary>
    public Member CopyUp(int upNumber) => new(UniqueAddress, upNumber, Copy(MemberStatus.Up).Status, Roles, AppVersion);

    internal Member WithUpNumber(int upNumber) =>
        upNumber == UpNumber ? this : new Member(UniqueAddress, upNumber, Status, Roles, AppVersion);

    /// <summary>The roles in a fixed order, for everything that is written, sent or logged.</summary>
    internal IEnumerable<string> RolesInOrder => Roles.Order(StringComparer.Ordinal);

    /// <summary>Of two views of one member, the one that is further along in its life; of equal ones the older.</summary>
    public static Member HighestPriorityOf(Member m1, Member m2)
    {
        ArgumentNullException.ThrowIfNull(m1);
        ArgumentNullException.ThrowIfNull(m2);
        if (m1.Status == m2.Status)
        {
            return m1.IsOlderThan(m2) ? m1 : m2;
        }

        return MemberStatuses.Progress(m1.Status) > MemberStatuses.Progress(m2.Status) ? m1 : m2;
    }

    /// <summary>Joins two views of the membership; a member that only one of them knows and that is Down or Exiting there counts as removed.</summary>
    public static ImmutableHashSet<Member> PickHighestPriority(IEnumerable<Member> a, IEnumerable<Member> b)
    {
        var first = a.ToDictionary(m => m.UniqueAddress);
        var second = b.ToDictionary(m => m.UniqueAddress);
        var result = ImmutableHashSet.CreateBuilder<Member>();
        foreach (var (node, member) in first)
        {
            if (second.TryGetValue(node, out var other))
            {
                result.Add(HighestPriorityOf(member, other));
            }
            else if (!MemberStatuses.IsOnTheWayOut(member.Status))
            {
                result.Add(member);
            }
        }

        foreach (var (node, member) in second)
        {
            if (!first.ContainsKey(node) && !MemberStatuses.IsOnTheWayOut(member.Status))
            {
                result.Add(member);
            }
        }

        return result.ToImmutable();
    }

    /// <summary>Of two views of one member, the one whose status is the later one.</summary>
    public static Member PickNextTransition(Member a, Member b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Status == b.Status || MemberStatuses.MayFollow(b.Status, a.Status) ? a : b;
    }

    /// <summary>Joins two views of the membership, taking of each member the later status.</summary>
    public static ImmutableSortedSet<Member> PickNextTransition(IEnumerable<Member> a, IEnumerable<Member> b) =>
        a.Concat(b).GroupBy(m => m.UniqueAddress).Select(views => views.Aggregate(PickNextTransition)).ToImmutableSortedSet();

    /// <summary>Orders by address, then by uid; the status plays no part.</summary>
    public int CompareTo(Member? other) => other is null ? 1 : UniqueAddress.CompareTo(other.UniqueAddress);

    int IComparable.CompareTo(object? obj) => obj switch
    {
        null => 1,
        Member other => CompareTo(other),
        _ => throw new ArgumentException($"A Member is compared with another one only, not with {obj.GetType()}.", nameof(obj)),
    };

    /// <summary>Whether both are views of the same incarnation of the same node, whatever its status.</summary>
    public override bool Equals(object? obj) => obj is Member other && UniqueAddress.Equals(other.UniqueAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => UniqueAddress.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        $"Member(address = {Address}, Uid={UniqueAddress.Uid} status = {Status}, role=[{string.Join(",", RolesInOrder)}], upNumber={UpNumber}, version={AppVersion})";
}
