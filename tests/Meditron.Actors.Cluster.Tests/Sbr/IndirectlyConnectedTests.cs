using System.Collections.Immutable;
using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Members that do not hear each other, but are connected through others.</summary>
public class IndirectlyConnectedTests
{
    public static TheoryData<string> Names => ["keep-majority", "keep-oldest", "static-quorum", "keep-referee"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_ends_of_a_broken_link_are_downed_and_the_others_go_on(string name)
    {
        var split = Split.OfUp(5).Break(3, 4);
        foreach (var observer in new[] { 0, 3, 4 })
        {
            var decision = Strategy(name).Decide(split.SeenFrom(observer));
            Assert.Equal(DecisionKind.DownIndirectlyConnected, decision.Kind);
            Assert.Contains("[akka.tcp://sys@h:1003, akka.tcp://sys@h:1004] do not hear each other", decision.Reason, StringComparison.Ordinal);
        }

        Assert.Equal([3, 4], split.DownedBy(Strategy(name), 0));
        Assert.Equal([0, 1, 2], split.Survivors(Strategy(name)).Single());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_crash_besides_is_decided_as_without_the_broken_link(string name)
    {
        var split = Split.OfUp(5).Into([0, 1, 2, 3]).Break(2, 3);

        Assert.Equal([2, 3, 4], split.DownedBy(Strategy(name), 0));
        Assert.Equal([0, 1], split.Survivors(Strategy(name)).Single());
    }

    [Fact]
    public void A_split_besides_is_decided_as_without_the_broken_link()
    {
        var split = Split.OfUp(7).Into([0, 1, 2, 3], [4, 5, 6]).Break(2, 3);

        Assert.Equal([2, 3, 4, 5, 6], split.DownedBy(new KeepMajority(""), 0));
        Assert.Equal([4, 5, 6], split.DownedBy(new KeepMajority(""), 4));
        Assert.Contains(
            "apart from that 4 against 3 members is a majority",
            DowningPlan.For(new KeepMajority(""), split.SeenFrom(0), new KeepMajority("").Decide(split.SeenFrom(0))).Decision.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_smaller_side_of_a_split_all_are_downed_broken_link_or_not()
    {
        var split = Split.OfUp(7).Into([0, 1, 2, 3], [4, 5, 6]).Break(5, 6);

        Assert.Equal([4, 5, 6], split.DownedBy(new KeepMajority(""), 4));
        Assert.Equal([0, 1, 2, 3], split.Survivors(new KeepMajority("")).Single());
    }

    [Fact]
    public void A_member_that_has_seen_the_newest_although_it_is_said_to_be_unreachable_is_indirectly_connected()
    {
        // 0 does not hear 2, but 2 hears 0 and has the gossip from 1.
        var gossip = Of(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(2)))
            .SeenByAll();
        var view = SplitView.Of(gossip.On(1));

        Assert.Equal([Node(0), Node(2)], view.IndirectlyConnected);
        Assert.Equal(
            [Node(0), Node(2)], DowningPlan.For(new KeepMajority(""), view, new KeepMajority("").Decide(view)).Nodes);
    }

    [Fact]
    public void A_member_that_has_not_seen_the_newest_has_crashed_or_is_split_off()
    {
        var gossip = Of(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(2)))
            .MarkSeen(Node(0))
            .MarkSeen(Node(1));
        var view = SplitView.Of(gossip.On(1));

        Assert.Empty(view.IndirectlyConnected);
        Assert.Equal([Node(2)], DowningPlan.For(new KeepMajority(""), view, new KeepMajority("").Decide(view)).Nodes);
    }

    [Fact]
    public void What_a_split_off_member_said_before_of_others_does_not_confuse_the_side_that_goes_on()
    {
        // 3 had lost 4 before both were split off from 0, 1 and 2.
        var table = Reachability.Empty.Unreachable(Node(3), Node(4));
        foreach (var observer in new[] { 0, 1, 2 })
        {
            table = table.Unreachable(Node(observer), Node(3)).Unreachable(Node(observer), Node(4));
        }

        var gossip = Of([.. Enumerable.Range(0, 5).Select(i => At(i, MemberStatus.Up, i + 1))]).WithReachability(table);
        var view = SplitView.Of(gossip.MarkSeen(Node(0)).MarkSeen(Node(1)).MarkSeen(Node(2)).On(0));
        var decision = new KeepMajority("").Decide(view.WithoutCutOff());
        var plan = DowningPlan.For(new KeepMajority(""), view.WithoutCutOff(), decision);

        Assert.Equal([Node(3)], view.IndirectlyConnected);
        Assert.Equal(new Decision(DecisionKind.DownUnreachable, "3 against 2 members is a majority"), plan.Decision);
        Assert.Equal([Node(3), Node(4)], plan.Nodes);
    }

    [Fact]
    public void What_a_cut_off_member_says_of_this_side_is_not_so_any_more()
    {
        // 0 had lost 1 and 2 for a moment, and said so to 3, before all of them lost 0.
        var table = Reachability.Empty.Unreachable(Node(0), Node(1)).Unreachable(Node(0), Node(2));
        foreach (var observer in new[] { 1, 2, 3 })
        {
            table = table.Unreachable(Node(observer), Node(0));
        }

        var gossip = Of([.. Enumerable.Range(0, 4).Select(i => At(i, MemberStatus.Up, i + 1))]).WithReachability(table);
        var view = SplitView.Of(gossip.MarkSeen(Node(1)).MarkSeen(Node(2)).MarkSeen(Node(3)).On(3));

        Assert.Equal([Node(0), Node(1), Node(2)], view.IndirectlyConnected);
        Assert.Equal([Node(0), Node(1), Node(2)], view.Unreachable);
        Assert.Empty(view.WithoutCutOff().IndirectlyConnected);
        Assert.Equal([Node(0)], view.WithoutCutOff().Unreachable);
        Assert.Equal(DecisionKind.DownReachable, new KeepOldest(false, "").Decide(view.WithoutCutOff()).Kind);
        Assert.Equal(DecisionKind.DownUnreachable, new KeepMajority("").Decide(view.WithoutCutOff()).Kind);
    }

    [Fact]
    public void A_member_that_is_lost_to_some_but_has_the_newest_gossip_is_not_cut_off()
    {
        var view = Split.OfUp(4).Break(2, 3).SeenFrom(2);

        Assert.Equal(view.IndirectlyConnected, view.WithoutCutOff().IndirectlyConnected);
    }

    [Fact]
    public void A_member_that_is_down_stays_unreachable_whoever_says_so()
    {
        var gossip = Of(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Down, 2), At(2, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(2)).Unreachable(Node(2), Node(1)));
        var view = SplitView.Of(gossip.MarkSeen(Node(0)).On(0)).WithoutCutOff();

        Assert.Equal([Node(1), Node(2)], view.Unreachable);
    }

    [Fact]
    public void Where_broken_links_leave_no_sides_to_tell_apart_all_are_downed()
    {
        // A chain: 0 does not hear 1, which does not hear 2, while 3 hears all of them.
        var gossip = Of([.. Enumerable.Range(0, 4).Select(i => At(i, MemberStatus.Up, i + 1))])
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(1)).Unreachable(Node(1), Node(2)));
        var view = SplitView.Of(gossip.On(0));
        var plan = DowningPlan.For(new KeepMajority(""), view, new KeepMajority("").Decide(view));

        Assert.Equal(DecisionKind.DownAll, plan.Decision.Kind);
        Assert.Contains("there is no telling the sides apart", plan.Decision.Reason, StringComparison.Ordinal);
        Assert.Equal(view.Downable, plan.Nodes);
    }

    [Fact]
    public void Newcomers_alone_do_not_go_on_without_all_who_are_admitted()
    {
        // 2 lost 0 and 1, and 3 lost 2, before 3 was cut off from all of them: it has not noticed yet that it does not hear 0 and 1 either.
        var gossip = Of(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Up, 3), At(3, MemberStatus.WeaklyUp))
            .WithReachability(Reachability.Empty
                .Unreachable(Node(0), Node(2))
                .Unreachable(Node(1), Node(2))
                .Unreachable(Node(2), Node(0))
                .Unreachable(Node(2), Node(1))
                .Unreachable(Node(3), Node(2)));
        var view = SplitView.Of(gossip.On(3));
        var plan = DowningPlan.For(new KeepMajority(""), view, new KeepMajority("").Decide(view));

        Assert.True(view.IsResponsible);
        Assert.Equal(DecisionKind.DownAll, plan.Decision.Kind);
        Assert.Contains(Node(3), plan.Nodes);
    }

    [Fact]
    public void Downed_members_are_no_observers()
    {
        var gossip = Of(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Down, 2), At(2, MemberStatus.Up, 3))
            .WithReachability(Reachability.Empty.Unreachable(Node(1), Node(2)).Unreachable(Node(0), Node(1)));
        var view = SplitView.Of(gossip.On(0));

        Assert.Empty(view.IndirectlyConnected);
        Assert.Equal([Node(1)], view.Unreachable);
        Assert.True(view.IsSettled);
    }

    [Fact]
    public void The_lease_decides_about_broken_links_too()
    {
        var strategy = new LeaseMajority("", TimeSpan.FromSeconds(2));
        var split = Split.OfUp(4).Break(2, 3);
        var view = split.SeenFrom(0);
        var decision = strategy.Decide(view);

        Assert.Equal(DecisionKind.AcquireLeaseAndDownIndirectlyConnected, decision.Kind);
        Assert.Equal(TimeSpan.Zero, decision.AcquireDelay);
        Assert.Equal([Node(2), Node(3)], DowningPlan.For(strategy, view, decision).Nodes);
        Assert.Equal(
            ImmutableSortedSet.Create(Node(0), Node(1), Node(2), Node(3)), DowningPlan.For(strategy, view, decision.Reverse("lost")).Nodes);
    }

    private static IDowningStrategy Strategy(string name) => name switch
    {
        "keep-majority" => new KeepMajority(""),
        "keep-oldest" => new KeepOldest(true, ""),
        "static-quorum" => new StaticQuorum(3, ""),
        _ => new KeepReferee(Node(0).Address, 1),
    };
}
