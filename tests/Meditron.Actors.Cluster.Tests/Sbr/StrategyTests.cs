using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Single decisions that the enumerations do not spell out: roles, newcomers, leavers, concerns and reasons.</summary>
public class StrategyTests
{
    [Fact]
    public void Keep_majority_gives_the_numbers_as_its_reason()
    {
        var split = Split.OfUp(5).Into([0, 1], [2, 3, 4]);

        Assert.Equal(new Decision(DecisionKind.DownReachable, "2 against 3 members is a minority"), new KeepMajority("").Decide(split.SeenFrom(0)));
        Assert.Equal(new Decision(DecisionKind.DownUnreachable, "3 against 2 members is a majority"), new KeepMajority("").Decide(split.SeenFrom(2)));
        var even = Split.OfUp(4).Into([0, 3], [1, 2]);
        Assert.Contains("lowest address [akka.tcp://sys@h:1000] is on this side", new KeepMajority("").Decide(even.SeenFrom(3)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Newcomers_do_not_make_a_majority()
    {
        var split = new Split(Up(0), Up(1), Up(2), Joining(3), WeaklyUp(4), Joining(5)).Into([0, 1], [2, 3, 4, 5]);

        Assert.Equal(DecisionKind.DownReachable, new KeepMajority("").Decide(split.SeenFrom(2)).Kind);
    }

    [Fact]
    public void A_majority_that_newcomers_on_the_other_side_could_outnumber_downs_all()
    {
        var split = new Split(Up(0), Up(1), Up(2), Joining(3), Joining(4)).Into([0, 1], [2, 3, 4]);
        var decision = new KeepMajority("").Decide(split.SeenFrom(0));

        Assert.Equal(DecisionKind.DownAll, decision.Kind);
        Assert.Contains("2 against 3 members when counting cautiously is a minority", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_majority_that_rests_on_leaving_members_downs_all()
    {
        var split = new Split(Up(0), Leaving(1), Leaving(2), Up(3), Up(4)).Into([0, 1, 2], [3, 4]);

        Assert.Equal(DecisionKind.DownAll, new KeepMajority("").Decide(split.SeenFrom(0)).Kind);
        Assert.Equal(DecisionKind.DownReachable, new KeepMajority("").Decide(split.SeenFrom(3)).Kind);
    }

    [Fact]
    public void Exiting_and_downed_members_count_for_nobody_and_are_not_downed_again()
    {
        var split = new Split(Up(0), Exiting(1), Down(2), Up(3), Up(4)).Into([0, 1, 2], [3, 4]);

        Assert.Equal("1 against 2 members is a minority", new KeepMajority("").Decide(split.SeenFrom(0)).Reason);
        Assert.Equal([0], split.DownedBy(new KeepMajority(""), 3));
    }

    [Fact]
    public void Unreachable_newcomers_are_downed_with_the_others()
    {
        var split = new Split(Up(0), Up(1), Up(2), Joining(3)).Into([0, 1, 2], [3]);

        Assert.Equal([3], split.DownedBy(new KeepMajority(""), 0));
    }

    [Fact]
    public void Only_members_with_the_role_count_but_all_are_downed()
    {
        var split = new Split(Up(0), Up(1), Up(2), Up(3, "worker"), Up(4, "worker")).Into([0, 1, 2], [3, 4]);

        Assert.Equal([3, 4], split.Survivors(new KeepMajority("worker")).Single());
        Assert.Equal([3, 4], split.Survivors(new KeepOldest(true, "worker")).Single());
        Assert.Equal([3, 4], split.Survivors(new StaticQuorum(2, "worker")).Single());
        Assert.Equal([0, 1, 2], split.DownedBy(new KeepMajority("worker"), 3));
        Assert.Equal(TimeSpan.FromSeconds(1), new LeaseMajority("worker", TimeSpan.FromSeconds(1)).Decide(split.SeenFrom(0)).AcquireDelay);
        Assert.Equal(TimeSpan.Zero, new LeaseMajority("worker", TimeSpan.FromSeconds(1)).Decide(split.SeenFrom(3)).AcquireDelay);
    }

    [Fact]
    public void Where_nobody_has_the_role_all_are_downed()
    {
        var split = Split.OfUp(3).Into([0, 1], [2]);

        Assert.Equal(new Decision(DecisionKind.DownAll, "no member with role worker counts"), new KeepMajority("worker").Decide(split.SeenFrom(0)));
        Assert.Equal(DecisionKind.DownAll, new KeepOldest(true, "worker").Decide(split.SeenFrom(0)).Kind);
        Assert.Equal(DecisionKind.DownReachable, new StaticQuorum(1, "worker").Decide(split.SeenFrom(0)).Kind);
        Assert.Equal(TimeSpan.Zero, new LeaseMajority("worker", TimeSpan.FromSeconds(1)).Decide(split.SeenFrom(2)).AcquireDelay);
    }

    [Fact]
    public void A_crashed_oldest_takes_all_with_it_unless_it_gives_way_when_alone()
    {
        var split = Split.OfUp(3).Into([1, 2]);

        Assert.Equal([1, 2], split.DownedBy(new KeepOldest(false, ""), 1));
        Assert.Equal([0], split.DownedBy(new KeepOldest(true, ""), 1));
    }

    [Fact]
    public void Of_two_members_the_oldest_goes_on_although_it_is_alone()
    {
        var split = Split.OfUp(2).Into([0], [1]);

        Assert.Equal([0], split.Survivors(new KeepOldest(true, "")).Single());
    }

    [Fact]
    public void An_oldest_that_leaves_is_not_relied_on()
    {
        // On the other side it may be Exiting already, and the next oldest with it.
        var split = new Split(Leaving(0), Up(1), Up(2), Up(3)).Into([0, 2], [1, 3]);

        Assert.Equal(DecisionKind.DownAll, new KeepOldest(true, "").Decide(split.SeenFrom(0)).Kind);
        Assert.Equal(DecisionKind.DownReachable, new KeepOldest(true, "").Decide(split.SeenFrom(1)).Kind);
    }

    [Fact]
    public void A_quorum_that_two_sides_could_have_downs_all_and_is_warned_of_before()
    {
        var strategy = new StaticQuorum(3, "");
        var five = Split.OfUp(5).Into([0, 1, 2], [3, 4]);
        var six = Split.OfUp(6).Into([0, 1, 2], [3, 4, 5]);

        Assert.Null(strategy.Concern(five.SeenFrom(0)));
        Assert.Contains("The cluster has 6 members, but static-quorum.quorum-size is 3: at most 5 are allowed", strategy.Concern(six.SeenFrom(0)), StringComparison.Ordinal);
        Assert.Equal(DecisionKind.DownAll, strategy.Decide(six.SeenFrom(0)).Kind);
        Assert.Equal(DecisionKind.DownAll, strategy.Decide(six.SeenFrom(3)).Kind);
    }

    [Fact]
    public void A_quorum_that_rests_on_leavers_downs_all_if_newcomers_could_give_the_others_one()
    {
        var split = new Split(Up(0), Leaving(1), Joining(2), Up(3)).Into([0, 2], [1, 3]);

        Assert.Equal(DecisionKind.DownAll, new StaticQuorum(2, "").Decide(split.SeenFrom(1)).Kind);
    }

    [Fact]
    public void Members_are_reported_when_the_lease_decides_the_other_way_round()
    {
        var split = Split.OfUp(5).Into([0, 1, 2], [3, 4]);
        var decision = new LeaseMajority("", TimeSpan.FromSeconds(2)).Decide(split.SeenFrom(3));

        Assert.Equal("2 against 3 members let the others try first to take the lease", decision.Reason);
        Assert.Equal(new Decision(DecisionKind.DownReachable, "lost"), decision.Reverse("lost"));
        Assert.Throws<InvalidOperationException>(() => new Decision(DecisionKind.DownAll, "").Reverse("lost"));
    }

    [Fact]
    public void Only_a_change_of_who_is_unreachable_admitted_exiting_or_down_makes_a_view_unsettled()
    {
        var up = new Split(Up(0), Up(1), Up(2)).SeenFrom(0);

        Assert.False(up.IsUnsettledSince(up));
        Assert.False(new Split(Up(0), Up(1), Leaving(2)).SeenFrom(0).IsUnsettledSince(up));
        Assert.False(new Split(Up(0), Up(1)).SeenFrom(0).IsUnsettledSince(up));
        Assert.False(new Split(Up(0), Up(1), Up(2), Joining(3)).SeenFrom(0).IsUnsettledSince(up));
        Assert.True(new Split(Up(0), Up(1), Up(2), Up(3)).SeenFrom(0).IsUnsettledSince(up));
        Assert.True(new Split(Up(0), Up(1), Exiting(2)).SeenFrom(0).IsUnsettledSince(up));
        Assert.True(new Split(Up(0), Up(1), Down(2)).SeenFrom(0).IsUnsettledSince(up));
        var lost = new Split(Up(0), Up(1), Up(2)).Into([0, 1]).SeenFrom(0);
        Assert.True(lost.IsUnsettledSince(up));
        Assert.True(up.IsUnsettledSince(lost));
        Assert.False(new Split(Up(0), Up(1)).SeenFrom(0).IsUnsettledSince(lost));
    }

    private static Member Up(int i, params string[] roles) => At(i, MemberStatus.Up, i + 1, roles);

    private static Member Joining(int i) => At(i, MemberStatus.Joining);

    private static Member WeaklyUp(int i) => At(i, MemberStatus.WeaklyUp);

    private static Member Leaving(int i) => At(i, MemberStatus.Leaving, i + 1);

    private static Member Exiting(int i) => At(i, MemberStatus.Exiting, i + 1);

    private static Member Down(int i) => At(i, MemberStatus.Down, i + 1);
}
