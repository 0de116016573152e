using System.Collections.Immutable;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Membership;

public class LeaderActionsTests
{
    private static readonly RequiredMembers AnyNumber = new(1, ImmutableSortedDictionary<string, int>.Empty);

    [Fact]
    public void Newcomers_are_admitted_in_address_order_with_ages_after_the_youngest()
    {
        var state = Of(At(1, MemberStatus.Joining), At(2, MemberStatus.Up, 4), At(3, MemberStatus.WeaklyUp)).On(2);
        var decision = LeaderActions.OnConvergence(state, Nobody, AnyNumber, 0);
        Assert.Equal([(Node(1), 5), (Node(3), 6)], decision.Changed.Select(m => (m.UniqueAddress, m.UpNumber)));
        Assert.All(decision.Gossip.Members, m => Assert.Equal(MemberStatus.Up, m.Status));
    }

    [Fact]
    public void Nobody_is_admitted_before_there_are_enough()
    {
        var state = Of(At(1, MemberStatus.Joining, roles: "worker"), At(2, MemberStatus.Joining)).On(1);
        Assert.True(LeaderActions.OnConvergence(state, Nobody, new RequiredMembers(3, AnyNumber.OfRole), 0).IsNothing);
        Assert.True(LeaderActions.OnConvergence(state, Nobody, new RequiredMembers(2, AnyNumber.OfRole.Add("worker", 2)), 0).IsNothing);
        Assert.Equal(2, LeaderActions.OnConvergence(state, Nobody, new RequiredMembers(2, AnyNumber.OfRole.Add("worker", 1)), 0).Changed.Count);
        Assert.True(LeaderActions.AdmitWeakly(state, new RequiredMembers(3, AnyNumber.OfRole)).IsNothing);
    }

    [Fact]
    public void Leaving_members_exit_and_are_removed_once_they_confirm()
    {
        var state = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Leaving, 2), At(3, MemberStatus.Exiting, 3)).On(1);
        var decision = LeaderActions.OnConvergence(state, new[] { Node(3) }.ToImmutableSortedSet(), AnyNumber, 77);
        Assert.Equal(MemberStatus.Exiting, Assert.Single(decision.Changed).Status);
        Assert.Equal([Node(3)], decision.Removed.Select(m => m.UniqueAddress));
        Assert.False(decision.Gossip.HasMember(Node(3)));
        Assert.Equal(77, decision.Gossip.Tombstones[Node(3)]);
    }

    [Fact]
    public void Unreachable_members_are_removed_only_when_down_or_exiting()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Down, 2), At(3, MemberStatus.Exiting, 3), At(4, MemberStatus.Down, 4))
            .WithReachability(Reachability.Empty.Unreachable(Node(1), Node(2)).Terminated(Node(1), Node(3)));
        var decision = LeaderActions.OnConvergence(gossip.On(1), Nobody, AnyNumber, 0);
        Assert.Equal([Node(2), Node(3)], decision.Removed.Select(m => m.UniqueAddress));
        Assert.True(decision.Gossip.Reachability.IsAllReachable);
    }

    [Fact]
    public void With_nothing_to_do_there_is_no_new_gossip()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Down, 2));
        var decision = LeaderActions.OnConvergence(gossip.On(1), Nobody, AnyNumber, 0);
        Assert.True(decision.IsNothing);
        Assert.Same(gossip, decision.Gossip);
    }

    [Fact]
    public void Only_reachable_newcomers_are_admitted_weakly()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Joining), At(3, MemberStatus.Joining))
            .WithReachability(Reachability.Empty.Unreachable(Node(1), Node(3)));
        Assert.Equal([Node(2)], LeaderActions.AdmitWeakly(gossip.On(1), AnyNumber).Changed.Select(m => m.UniqueAddress));
    }
}
