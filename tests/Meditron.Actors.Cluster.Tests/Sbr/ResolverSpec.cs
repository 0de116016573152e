using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.Remote;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>When the resolver decides, and who does.</summary>
public class ResolverSpec : ResolverSpecBase
{
    private static readonly IDowningStrategy Majority = new KeepMajority("");

    [Fact]
    public void It_decides_once_the_membership_has_been_stable_and_not_before()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(3));
        Advance(5000);
        resolver.Sees(Split.OfUp(3).Into([0, 1], [2]));
        Advance(999);
        Assert.Empty(downer.Downed);
        Advance(1);
        Assert.Equal([2], downer.TakeDowned());
    }

    [Fact]
    public void A_minority_downs_itself_in_one_go()
    {
        var downer = new FakeDowner(3);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(5).Into([0, 1, 2], [3, 4]), 3);
        Advance(1000);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void A_node_that_a_member_has_quarantined_downs_itself_at_once()
    {
        var downer = new FakeDowner(2);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(3), 2);
        resolver.Tell(new ThisActorSystemQuarantinedEvent(Node(2).Address, Node(0).Address));
        Assert.Equal([2], downer.TakeDowned());
    }

    [Fact]
    public void Who_is_no_member_or_was_declared_dead_cannot_have_it_down_itself()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(3));
        resolver.Tell(new ThisActorSystemQuarantinedEvent(Node(0).Address, Node(7).Address));
        var gossip = Split.OfUp(3).StateOn(0).Gossip;
        resolver.Tell(new MembershipChanged(new MembershipState(gossip.MarkAsDown(gossip.Members.Single(m => m.UniqueAddress.Equals(Node(2)))), Node(0))));
        resolver.Tell(new ThisActorSystemQuarantinedEvent(Node(0).Address, Node(2).Address));
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void Every_change_of_reachability_starts_the_time_anew()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(5));
        resolver.Sees(Split.OfUp(5).Into([0, 1, 2, 3]));
        Advance(900);
        resolver.Sees(Split.OfUp(5).Into([0, 1, 2]));
        Advance(900);
        Assert.Empty(downer.Downed);
        Advance(100);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void What_the_others_have_seen_does_not()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        var split = Split.OfUp(3).Into([0, 1], [2]);
        resolver.Sees(split);
        Advance(900);
        resolver.Tell(new MembershipChanged(split.StateOn(0).With(split.StateOn(0).Gossip.ChangedBy(Node(1)))));
        Advance(100);
        Assert.Equal([2], downer.TakeDowned());
    }

    [Fact]
    public void A_member_is_not_cut_off_because_the_newest_gossip_has_not_reached_it_yet()
    {
        // 0 and 3 do not hear each other, 1 and 2 hear both and pass on what is new: whoever of the two decides must not take the other one for dead.
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        var gossip = Membership.Views.Of([.. Enumerable.Range(0, 4).Select(i => At(i, MemberStatus.Up, i + 1))])
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(3)).Unreachable(Node(3), Node(0)));
        resolver.Tell(new MembershipChanged(gossip.MarkSeen(Node(0)).On(0)));
        Advance(500);
        resolver.Tell(new MembershipChanged(gossip.MarkSeen(Node(0)).MarkSeen(Node(1)).MarkSeen(Node(2)).MarkSeen(Node(3)).On(0)));
        Advance(400);
        resolver.Tell(new MembershipChanged(gossip.ChangedBy(Node(0)).On(0)));
        Advance(100);
        Assert.Equal([0, 3], downer.TakeDowned());
    }

    [Fact]
    public void A_newcomer_that_nobody_has_heard_of_since_the_split_is_waited_for_before_it_counts()
    {
        // 2 is new: that it is on the other side as well is noticed later than it is of 3 and 4.
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Tell(new MembershipChanged(Unheard()));
        Advance(2999);
        Assert.Empty(downer.Downed);
        resolver.Sees(Split.OfUp(5).Into([0, 1], [2, 3, 4]));
        Advance(1000);
        Assert.Equal([0, 1], downer.TakeDowned());
    }

    [Fact]
    public void One_of_whom_nothing_is_heard_is_not_waited_for_without_end()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Tell(new MembershipChanged(Unheard()));
        Advance(3000);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void Members_that_come_back_in_time_are_left_alone()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(3));
        resolver.Sees(Split.OfUp(3).Into([0, 1], [2]));
        Advance(900);
        EventFilter.Info(contains: "All members are reachable again").ExpectOne(() => resolver.Sees(Split.OfUp(3)));
        Advance(10_000);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void Only_the_leader_of_a_side_acts_and_its_successor_at_once()
    {
        var downer = new FakeDowner(1);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(4).Into([0, 1, 2], [3]), 1);
        Advance(3000);
        Assert.Empty(downer.Downed);

        // The leader begins to leave: that is no change to wait for, but somebody else leads once it exits.
        var leaving = new Split([At(0, MemberStatus.Leaving, 1), .. Enumerable.Range(1, 3).Select(i => At(i, MemberStatus.Up, i + 1))]).Into([0, 1, 2], [3]);
        resolver.Sees(leaving, 1);
        Assert.Empty(downer.Downed);
        var removed = new Split([.. Enumerable.Range(1, 3).Select(i => At(i, MemberStatus.Up, i + 1))]);
        var state = removed.StateOn(0).Gossip.WithReachability(Reachability.Empty.Unreachable(Node(1), Node(3)).Unreachable(Node(2), Node(3)));
        resolver.Tell(new MembershipChanged(state.On(1)));
        Assert.Equal([3], downer.TakeDowned());
    }

    [Fact]
    public void A_node_that_joins_does_not_act()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(new Split(At(0, MemberStatus.Joining), At(1, MemberStatus.Up, 1)).Into([0], [1]));
        Advance(5000);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void A_decision_is_logged_with_its_reason_and_repeated_in_silence()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(Split.OfUp(3).Into([0, 1], [2]));
        EventFilter.Warning(contains: "the strategy decides DownUnreachable: 2 against 1 members is a majority; downing [akka.tcp://sys@h:1002]")
            .ExpectOne(() => Advance(4000));
        Assert.Equal(4, downer.Downed.Count);
        Assert.All(downer.Downed, nodes => Assert.Equal([2], nodes));
    }

    [Fact]
    public void A_downed_member_that_is_not_removed_yet_is_not_downed_again()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority);
        resolver.Sees(new Split(At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Down, 3)).Into([0, 1], [2]));
        Advance(10_000);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void A_membership_that_does_not_come_to_rest_is_downed_by_every_node()
    {
        var downer = new FakeDowner(1);
        var resolver = Start(downer, Majority, downAllWhenUnstable: TimeSpan.FromSeconds(2));
        resolver.Sees(Split.OfUp(4), 1);
        for (var i = 0; i < 6; i++)
        {
            resolver.Sees(Split.OfUp(4).Into(i % 2 == 0 ? [0, 1, 2] : [0, 1]), 1);
            Advance(499);
        }

        Assert.Empty(downer.Downed);
        EventFilter.Warning(contains: "the membership has not come to rest: its reachability has changed 6 times in 3000 ms").ExpectOne(() => Advance(6));
        Assert.Equal([0, 1, 2, 3], downer.TakeDowned());
    }

    [Fact]
    public void An_unstable_membership_is_left_alone_where_that_is_off_and_after_it_has_healed()
    {
        var patient = new FakeDowner(0);
        var strict = new FakeDowner(0);
        var resolvers = new[] { Start(patient, Majority), Start(strict, Majority, downAllWhenUnstable: TimeSpan.FromSeconds(2)) };
        for (var i = 0; i < 20; i++)
        {
            foreach (var resolver in resolvers)
            {
                resolver.Sees(Split.OfUp(4).Into(i % 2 == 0 ? [0, 1, 2] : [0, 1]));
            }

            Advance(500);
            if (i % 4 == 3)
            {
                resolvers[1].Sees(Split.OfUp(4));
            }
        }

        Assert.Empty(patient.Downed);
        Assert.Empty(strict.Downed);
    }

    [Fact]
    public void A_node_that_is_downed_itself_downs_nobody_for_want_of_stability()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Majority, downAllWhenUnstable: TimeSpan.FromSeconds(2));
        resolver.Sees(Split.OfUp(3).Into([0], [1, 2]));
        resolver.Sees(new Split(At(0, MemberStatus.Down, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Up, 3)).Into([0], [1, 2]));
        Advance(10_000);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void A_cluster_that_is_too_large_for_its_quorum_is_warned_of_once()
    {
        var resolver = Start(new FakeDowner(0), new StaticQuorum(2, ""));
        resolver.Sees(Split.OfUp(3));
        EventFilter.Warning(contains: "static-quorum.quorum-size is 2: at most 3 are allowed").ExpectOne(() =>
        {
            resolver.Sees(Split.OfUp(4));
            resolver.Sees(Split.OfUp(4));
        });
    }

    [Fact]
    public void It_ends_with_its_node()
    {
        var resolver = Start(new FakeDowner(2), Majority);
        Watch(resolver);
        resolver.Sees(Split.OfUp(3), 2);
        resolver.Tell(new MembershipChanged(Split.OfUp(2).StateOn(0).Gossip.On(2)));
        ExpectTerminated(resolver);
    }

    [Fact]
    public void Auto_downing_downs_what_has_been_unreachable_for_its_time_on_the_leader_alone()
    {
        var leader = new FakeDowner(0);
        var other = new FakeDowner(1);
        var downers = new[] { leader, other };
        var actors = downers.Select(d => Sys.ActorOf(
            Props.Create(() => new AutoDowner(d, TimeSpan.FromSeconds(1))).WithDispatcher(Meditron.Actors.TestKit.CallingThreadDispatcher.Id))).ToArray();
        AwaitCondition(() => leader.IsFollowed && other.IsFollowed);
        for (var i = 0; i < 2; i++)
        {
            actors[i].Sees(Split.OfUp(4).Into([0, 1, 2]), i);
        }

        Advance(500);
        for (var i = 0; i < 2; i++)
        {
            actors[i].Sees(Split.OfUp(4).Into([0, 1]), i);
        }

        Advance(500);
        Assert.Equal([3], leader.TakeDowned());
        for (var i = 0; i < 2; i++)
        {
            actors[i].Sees(Split.OfUp(4).Into([0, 1, 3]), i);
        }

        Advance(1000);
        Assert.Equal([2], leader.TakeDowned());
        Assert.Empty(other.Downed);
    }

    private static MembershipState Unheard()
    {
        var gossip = Membership.Views.Of([.. Enumerable.Range(0, 5).Select(i => At(i, MemberStatus.Up, i + 1))])
            .WithReachability(Reachability.Empty.Unreachable(Node(0), Node(3)).Unreachable(Node(0), Node(4)));
        return gossip.MarkSeen(Node(0)).MarkSeen(Node(1)).On(0);
    }
}
