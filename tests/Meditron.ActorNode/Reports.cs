using Meditron.ActorNode.Protocol;
using Meditron.Actors.Cluster;

namespace Meditron.ActorNode;

/// <summary>Puts what the cluster tells into reports.</summary>
internal static class Reports
{
    public static NodeEvent? Of(ClusterEvent.IClusterDomainEvent message) => message switch
    {
        ClusterEvent.MemberRemoved m => Of(NodeEventKind.Member, m.Member) with { Previous = m.PreviousStatus.ToString() },
        ClusterEvent.IMemberEvent m => Of(NodeEventKind.Member, m.Member),
        ClusterEvent.UnreachableMember m => Of(NodeEventKind.Unreachable, m.Member),
        ClusterEvent.ReachableMember m => Of(NodeEventKind.Reachable, m.Member),
        ClusterEvent.LeaderChanged m => new NodeEvent(NodeEventKind.Leader) { Node = m.Leader?.ToString() },
        _ => null,
    };

    public static NodeEvent Of(ClusterEvent.CurrentClusterState state) => new(NodeEventKind.State)
    {
        Members = [.. state.Members.Order(Member.AgeOrdering).Select(m => new NodeMember(m.Address.ToString(), m.UniqueAddress.Uid, m.Status.ToString()))],
        Unreachable = [.. state.Unreachable.Select(m => m.Address.ToString()).Order(StringComparer.Ordinal)],
        Leader = state.Leader?.ToString(),
    };

    private static NodeEvent Of(NodeEventKind kind, Member member) => new(kind)
    {
        Node = member.Address.ToString(), Uid = member.UniqueAddress.Uid, Status = member.Status.ToString(),
    };
}
