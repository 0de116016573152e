using System.Collections.Immutable;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Membership;

public class MembershipStateTests
{
    [Fact]
    public void Leader_is_the_first_settled_member_in_address_order_that_is_reachable()
    {
        var gossip = Of(At(1, MemberStatus.Joining), At(2, MemberStatus.Up, 2), At(3, MemberStatus.Up, 1));
        Assert.Equal(Node(2), gossip.On(3).Leader);
        Assert.Equal(Node(3), gossip.WithReachability(Reachability.Empty.Unreachable(Node(3), Node(2))).On(3).Leader);
    }

    [Fact]
    public void A_node_that_others_cannot_reach_still_leads_in_its_own_eyes()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2));
        var split = gossip.WithReachability(Reachability.Empty.Unreachable(Node(2), Node(1)));
        Assert.Equal(Node(1), split.On(1).Leader);
        Assert.Equal(Node(2), split.On(2).Leader);
    }

    [Fact]
    public void Downed_members_never_lead_and_leaving_ones_do_until_they_exit()
    {
        Assert.Equal(Node(2), Of(At(1, MemberStatus.Down, 1), At(2, MemberStatus.Up, 2)).On(2).Leader);
        Assert.Equal(Node(1), Of(At(1, MemberStatus.Leaving, 1), At(2, MemberStatus.Up, 2)).On(2).Leader);
        Assert.Equal(Node(2), Of(At(1, MemberStatus.Exiting, 1), At(2, MemberStatus.Up, 2)).On(2).Leader);
        Assert.Null(Of(At(1, MemberStatus.Down, 1)).On(2).Leader);
    }

    [Fact]
    public void With_nobody_settled_the_leader_is_the_first_that_joins()
    {
        Assert.Equal(Node(1), Of(At(1, MemberStatus.Joining), At(2, MemberStatus.Joining)).On(2).Leader);
        Assert.Equal(Node(2), Of(At(1, MemberStatus.Joining), At(2, MemberStatus.WeaklyUp)).On(2).Leader);
        Assert.Equal(Node(2), Of(At(1, MemberStatus.Exiting), At(2, MemberStatus.Joining)).On(2).Leader);
    }

    [Fact]
    public void Role_leader_is_the_leader_among_those_with_the_role()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2, "worker"), At(3, MemberStatus.Up, 3, "worker"));
        Assert.Equal(Node(2), gossip.On(1).RoleLeader("worker"));
        Assert.Null(gossip.On(1).RoleLeader("loader"));
    }

    [Fact]
    public void Gossip_goes_to_and_is_heard_from_all_that_this_node_itself_reaches_whatever_others_say()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2), At(3, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(3), Node(2)));
        Assert.True(gossip.On(1).MayHearFrom(Node(2)));
        Assert.True(gossip.On(1).MayGossipTo(Node(2)));
        Assert.False(gossip.On(3).MayHearFrom(Node(2)));
        Assert.False(gossip.On(1).MayHearFrom(Node(4)));
    }

    [Fact]
    public void Gossip_has_converged_when_all_up_and_leaving_members_have_seen_it()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Leaving, 2), At(3, MemberStatus.Joining));
        Assert.False(gossip.MarkSeen(Node(1)).On(1).HasConverged(Nobody));
        Assert.Contains("has not seen", gossip.MarkSeen(Node(1)).On(1).WhatHindersConvergence(Nobody));
        Assert.True(gossip.MarkSeen(Node(1)).MarkSeen(Node(2)).On(1).HasConverged(Nobody));
        Assert.True(gossip.MarkSeen(Node(1)).On(1).HasConverged(new[] { Node(2) }.ToImmutableSortedSet()));
    }

    [Fact]
    public void Unreachable_member_hinders_convergence_until_it_is_down()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2)).WithReachability(Reachability.Empty.Unreachable(Node(1), Node(2)));
        Assert.Contains("unreachable", gossip.SeenByAll().On(1).WhatHindersConvergence(Nobody));
        Assert.True(gossip.MarkAsDown(gossip.Member(Node(2))).MarkSeen(Node(1)).On(1).HasConverged(Nobody));
    }

    [Fact]
    public void What_a_downed_member_observes_does_not_count()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Down, 2), At(3, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(2), Node(3)));
        Assert.True(gossip.SeenByAll().On(1).HasConverged(Nobody));
        Assert.True(gossip.On(1).MayGossipTo(Node(3)));
    }

    [Fact]
    public void Gossip_goes_to_reachable_members_other_than_oneself()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2), At(3, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(1), Node(3)));
        var state = gossip.On(1);
        Assert.False(state.MayGossipTo(Node(1)));
        Assert.True(state.MayGossipTo(Node(2)));
        Assert.False(state.MayGossipTo(Node(3)));
        Assert.False(state.MayGossipTo(Node(9)));
    }

    [Fact]
    public void Periodic_gossip_prefers_members_that_are_behind()
    {
        var members = Enumerable.Range(0, 20).Select(i => At(i, MemberStatus.Up, i + 1)).ToArray();
        var state = members.Where(m => m.UniqueAddress != Node(7)).Aggregate(Of(members), (g, m) => g.MarkSeen(m.UniqueAddress)).On(0);
        var selector = new GossipTargetSelector(0.8, 400);
        var random = new Random(1);
        var toTheOneBehind = Enumerable.Range(0, 1000).Count(_ => selector.Select(state, random) == Node(7));
        Assert.InRange(toTheOneBehind, 760, 860);
    }

    [Fact]
    public void Preference_fades_in_large_clusters()
    {
        var selector = new GossipTargetSelector(0.8, 400);
        Assert.Equal(0.8, selector.ProbabilityFor(400));
        Assert.InRange(selector.ProbabilityFor(800), 0.4, 0.45);
        Assert.Equal(0.05, selector.ProbabilityFor(1200), 6);
        Assert.Equal(0.05, selector.ProbabilityFor(9999), 6);
    }

    [Fact]
    public void A_change_is_spread_to_those_behind_without_repetition_and_not_to_more_than_the_limit()
    {
        var state = Of([.. Enumerable.Range(0, 20).Select(i => At(i, MemberStatus.Up, i + 1))]).MarkSeen(Node(1)).On(0);
        var targets = new GossipTargetSelector(0.8, 400).SelectBehind(state, 8, new Random(3));
        Assert.Equal(8, targets.Distinct().Count());
        Assert.DoesNotContain(Node(1), targets);
        Assert.DoesNotContain(Node(0), targets);
        Assert.Equal(targets, new GossipTargetSelector(0.8, 400).SelectBehind(state, 8, new Random(3)));
    }
}
