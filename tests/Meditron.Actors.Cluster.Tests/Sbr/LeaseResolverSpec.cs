using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.Coordination;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>How the resolver takes, keeps and gives up the lease.</summary>
public class LeaseResolverSpec : ResolverSpecBase
{
    private static readonly IDowningStrategy Strategy = new LeaseMajority("", TimeSpan.FromSeconds(2));

    private readonly FakeLease _lease = new();

    [Fact]
    public void The_larger_side_takes_the_lease_at_once_and_downs_the_others_once_it_has_it()
    {
        var (downer, _) = Split5(0);
        Assert.Empty(_lease.Acquisitions);
        Advance(1000);
        Assert.Single(_lease.Acquisitions);
        Assert.Empty(downer.Downed);
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void The_smaller_side_lets_the_larger_one_try_first()
    {
        var (downer, _) = Split5(3);
        Advance(2999);
        Assert.Empty(_lease.Acquisitions);
        Advance(1);
        Answer(Assert.Single(_lease.Acquisitions), true);
        Assert.Equal([0, 1, 2], downer.TakeDowned());
    }

    [Fact]
    public void A_side_that_does_not_get_the_lease_downs_itself()
    {
        var (downer, _) = Split5(3);
        Advance(3000);
        EventFilter.Warning(contains: "the strategy decides DownReachable: another side holds the lease; downing [akka.tcp://sys@h:1003, akka.tcp://sys@h:1004] with this node")
            .ExpectOne(() => Answer(_lease.Acquisitions[0], false));
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void Not_to_know_counts_as_not_to_have_it()
    {
        var (downer, _) = Split5(0);
        Advance(1000);
        EventFilter.Error(contains: "It is not known whether the lease [sys-akka-sbr] was acquired")
            .ExpectOne(() => _lease.Acquisitions[0].SetException(new LeaseException("no database")));
        Assert.Equal([0, 1, 2], downer.TakeDowned());
    }

    [Fact]
    public void A_lease_that_throws_counts_as_not_to_have_it()
    {
        var (downer, _) = Split5(0);
        _lease.Throws = new LeaseException("no database");
        EventFilter.Warning(contains: "the lease could not be acquired: no database").ExpectOne(() => Advance(1000));
        Assert.Equal([0, 1, 2], downer.TakeDowned());
    }

    [Fact]
    public void A_lease_that_does_not_answer_is_waited_for_no_longer_than_its_operation_timeout_and_released_if_it_comes_late()
    {
        var (downer, _) = Split5(0);
        Advance(1000);
        Advance(5999);
        Assert.Empty(downer.Downed);
        EventFilter.Warning(contains: "the lease has not answered in 00:00:06").ExpectOne(() => Advance(1));
        Assert.Equal([0, 1, 2], downer.TakeDowned());
        Answer(_lease.Acquisitions[0], true);
        Assert.Single(_lease.Releases);
    }

    [Fact]
    public void The_answer_decides_for_what_was_known_when_it_was_asked_for()
    {
        var (downer, resolver) = Split5(0);
        Advance(1000);
        resolver.Sees(Split.OfUp(5));
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void Who_comes_back_before_the_lease_is_asked_for_is_left_alone()
    {
        var (downer, resolver) = Split5(3);
        Advance(2000);
        resolver.Sees(Split.OfUp(5), 3);
        Advance(10_000);
        Assert.Empty(_lease.Acquisitions);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void A_lease_that_is_lost_before_it_is_released_is_asked_for_again_until_it_answers()
    {
        var (downer, resolver) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
        resolver.Sees(Split.OfUp(3));
        EventFilter.Warning(contains: "is lost before the others are known to be gone").ExpectOne(() => _lease.Lose!(new LeaseException("no database")));
        Assert.Equal(2, _lease.Acquisitions.Count);
        _lease.Acquisitions[1].SetException(new LeaseException("still no database"));
        Advance(6000);
        Assert.Equal(3, _lease.Acquisitions.Count);
        EventFilter.Info(contains: "again").ExpectOne(() => Answer(_lease.Acquisitions[2], true));
        Advance(6000);
        Assert.Equal(3, _lease.Acquisitions.Count);
    }

    [Fact]
    public void A_side_whose_lease_was_lost_to_another_one_gives_way()
    {
        var (downer, _) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
        _lease.Lose!(null);
        EventFilter.Warning(contains: "the lease was lost, and another side holds it now").ExpectOne(() => Answer(_lease.Acquisitions[1], false));
        Assert.Equal([0, 1, 2], downer.Downed[^1]);
    }

    [Fact]
    public void A_lease_that_is_held_still_is_not_asked_for_again()
    {
        var (downer, _) = Split5(0);
        _lease.IsHeld = true;
        Advance(1000);
        Assert.Empty(_lease.Acquisitions);
        Assert.Equal([3, 4], downer.TakeDowned());
    }

    [Fact]
    public void The_lease_is_released_some_time_after_the_others_are_removed()
    {
        var (downer, resolver) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        downer.Downed.Clear();
        resolver.Sees(Downed5());
        Advance(100_000);
        Assert.Empty(_lease.Releases);
        resolver.Sees(Split.OfUp(3));
        Advance(39_999);
        Assert.Empty(_lease.Releases);
        Advance(1);
        EventFilter.Info(contains: "Released the lease [sys-akka-sbr]").ExpectOne(() => Answer(Assert.Single(_lease.Releases), true));
        Advance(1_000_000);
        Assert.Single(_lease.Releases);
        Assert.Empty(downer.Downed);
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("failed")]
    [InlineData("silent")]
    public void A_release_that_does_not_succeed_is_tried_again(string how)
    {
        var (_, resolver) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        resolver.Sees(Split.OfUp(3));
        Advance(40_000);
        var first = Assert.Single(_lease.Releases);
        switch (how)
        {
            case "refused":
                Answer(first, false);
                break;
            case "failed":
                first.SetException(new LeaseException("no database"));
                break;
        }

        Advance(6000);
        Assert.Equal(2, _lease.Releases.Count);
    }

    [Fact]
    public void A_second_split_while_the_lease_is_held_keeps_it()
    {
        var (downer, resolver) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
        _lease.IsHeld = true;
        resolver.Sees(Split.OfUp(3));
        Advance(30_000);
        resolver.Sees(Split.OfUp(3).Into([0, 1]));
        Advance(1000);
        Assert.Equal([2], downer.TakeDowned());
        Advance(15_000);
        Assert.Empty(_lease.Releases);
        resolver.Sees(Split.OfUp(2));
        Advance(40_000);
        Assert.Single(_lease.Releases);
        Assert.Single(_lease.Acquisitions);
    }

    [Fact]
    public void Where_nobody_is_left_to_down_the_lease_is_not_asked_for()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Strategy, lease: _lease);
        resolver.Sees(Downed5());
        Advance(10_000);
        Assert.Empty(_lease.Acquisitions);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void Instability_waits_for_the_answer_of_the_lease()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Strategy, TimeSpan.FromSeconds(2), _lease);
        resolver.Sees(Split.OfUp(5));
        resolver.Sees(Split.OfUp(5).Into([0, 1, 2], [3, 4]));
        Advance(1000);
        Advance(3000);
        Assert.Empty(downer.Downed);
        Answer(_lease.Acquisitions[0], true);
        Assert.Equal([3, 4], downer.TakeDowned());
        Advance(900);
        Assert.Empty(downer.Downed);
    }

    [Fact]
    public void Members_that_do_not_hear_each_other_are_downed_by_who_gets_the_lease()
    {
        var downer = new FakeDowner(0);
        var resolver = Start(downer, Strategy, lease: _lease);
        resolver.Sees(Split.OfUp(4).Break(2, 3));
        Advance(1000);
        Answer(Assert.Single(_lease.Acquisitions), true);
        Assert.Equal([2, 3], downer.TakeDowned());
    }

    [Fact]
    public void A_resolver_that_stops_with_the_lease_says_so()
    {
        var (_, resolver) = Split5(0);
        Advance(1000);
        Answer(_lease.Acquisitions[0], true);
        EventFilter.Info(contains: "stops while it holds the lease").ExpectOne(() => Sys.Stop(resolver));
    }

    private static void Answer(TaskCompletionSource<bool> operation, bool result) => operation.SetResult(result);

    private static Split Downed5() => new Split(
        [.. Enumerable.Range(0, 5).Select(i => At(i, i < 3 ? MemberStatus.Up : MemberStatus.Down, i + 1))]).Into([0, 1, 2], [3, 4]);

    private (FakeDowner Downer, IActorRef Resolver) Split5(int self)
    {
        var downer = new FakeDowner(self);
        var resolver = Start(downer, Strategy, lease: _lease);
        resolver.Sees(Split.OfUp(5), self);
        resolver.Sees(Split.OfUp(5).Into([0, 1, 2], [3, 4]), self);
        return (downer, resolver);
    }
}
