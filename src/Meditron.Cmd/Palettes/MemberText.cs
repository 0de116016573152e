using System.Collections.Immutable;

namespace Meditron.Cmd.Palettes;

/// <summary>Writes members and what happens to them as lines.</summary>
internal static class MemberText
{
    /// <summary>A member's status in lower case.</summary>
    public static string Status(Member member) => member.Status.ToString().ToLowerInvariant();

    /// <summary>A member: address, roles, status, whether it is unreachable, version.</summary>
    public static string Row(Member member, bool unreachable) =>
        $"{member.Address} | [{string.Join(", ", member.Roles.Order(StringComparer.Ordinal))}] | {Status(member)} | {(unreachable ? "unreachable" : "")} | {member.AppVersion.Version}";

    /// <summary>A row for each member, then their number.</summary>
    public static string Table(IReadOnlyList<Member> members, ImmutableHashSet<Member> unreachable) => string.Join('\n', members
        .OrderBy(member => member.Address, Member.AddressOrdering)
        .Select(member => Row(member, unreachable.Contains(member)))
        .Append($"Count: {members.Count} node{(members.Count == 1 ? "" : "s")}"));

    /// <summary>A node's own membership, the leader, and who is unreachable.</summary>
    public static string Status(Member self, UniqueAddress address, ClusterEvent.CurrentClusterState state) => FactText.Of(
        ("address", address.Address.ToString()),
        ("uid", address.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("status", state.Members.Contains(self) ? Status(self) : "in no cluster"),
        ("roles", $"[{string.Join(", ", self.Roles.Order(StringComparer.Ordinal))}]"),
        ("leader", state.Leader is null ? "none" : state.Leader.Equals(address.Address) ? $"{state.Leader} (this node)" : state.Leader.ToString()),
        ("members", Counts(state.Members)),
        ("unreachable", state.Unreachable.Count == 0 ? "none" : string.Join(", ", state.Unreachable.Select(member => member.Address.ToString()).Order(StringComparer.Ordinal))),
        ("agreed", $"{state.SeenBy.Count} of {state.Members.Count} have seen the newest state"));

    /// <summary>One line for an event; null for one that says nothing to a reader.</summary>
    public static string? Event(ClusterEvent.IClusterDomainEvent happened) => happened switch
    {
        ClusterEvent.MemberRemoved removed => $"MemberRemoved {Row(removed.Member, unreachable: false)} (was {removed.PreviousStatus.ToString().ToLowerInvariant()})",
        ClusterEvent.IMemberEvent member => $"{member.GetType().Name} {Row(member.Member, unreachable: false)}",
        ClusterEvent.UnreachableMember lost => $"UnreachableMember {Row(lost.Member, unreachable: true)}",
        ClusterEvent.ReachableMember back => $"ReachableMember {Row(back.Member, unreachable: false)}",
        ClusterEvent.LeaderChanged leader => $"LeaderChanged {leader.Leader?.ToString() ?? "none"}",
        ClusterEvent.RoleLeaderChanged leader => $"RoleLeaderChanged {leader.Role} {leader.Leader?.ToString() ?? "none"}",
        ClusterEvent.ClusterShuttingDown => "ClusterShuttingDown",
        _ => null,
    };

    private static string Counts(IEnumerable<Member> members) => string.Join(", ", members
        .GroupBy(member => member.Status)
        .OrderBy(group => group.Key)
        .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")) is { Length: > 0 } text ? text : "none";
}
