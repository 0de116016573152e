using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Membership;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Util;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class SuccessionTests
{
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_node_that_is_no_member_yet_or_has_not_been_up_stands_outside()
    {
        var succession = New(0);
        Assert.Equal(StandingKind.Outside, succession.Decide(departing: false).Kind);
        Assert.Equal(StandingKind.Outside, Seeing(succession, 0, At(1, MemberStatus.Up, 1)).Decide(departing: false).Kind);
        Assert.Equal(StandingKind.Outside, Seeing(succession, 0, At(0, MemberStatus.Joining)).Decide(departing: false).Kind);
        Assert.Equal(StandingKind.Outside, Seeing(succession, 0, At(0, MemberStatus.WeaklyUp)).Decide(departing: false).Kind);
    }

    [Fact]
    public void The_oldest_is_first_and_the_others_come_after_it()
    {
        Member[] members = [At(0, MemberStatus.Up, 2), At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 3)];
        Assert.Equal(StandingKind.First, Seeing(New(1), 0, members).Decide(departing: false).Kind);
        foreach (var other in new[] { 0, 2 })
        {
            var standing = Seeing(New(other), 0, members).Decide(departing: false);
            Assert.Equal(StandingKind.After, standing.Kind);
            Assert.Equal(Node(1), standing.Other);
            Assert.Contains("goes before it", standing.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_members_with_the_role_count()
    {
        Member[] members = [At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2, "a"), At(2, MemberStatus.Up, 3, "a")];
        Assert.Equal(StandingKind.First, Seeing(New(1, "a"), 0, members).Decide(departing: false).Kind);
        Assert.Equal(StandingKind.After, Seeing(New(2, "a"), 0, members).Decide(departing: false).Kind);
    }

    [Fact]
    public void A_leaving_member_still_goes_before()
    {
        var standing = Seeing(New(1), 0, At(0, MemberStatus.Leaving, 1), At(1, MemberStatus.Up, 2)).Decide(departing: false);
        Assert.Equal(StandingKind.After, standing.Kind);
    }

    [Fact]
    public void An_exiting_member_is_asked_until_it_says_that_it_has_none()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Exiting, 1), At(1, MemberStatus.Up, 2));
        var standing = succession.Decide(departing: false);
        Assert.Equal(StandingKind.Next, standing.Kind);
        Assert.Equal([Node(0)], standing.Ask);
        Assert.Equal(Node(0), standing.MustAnswer);
        Assert.Null(standing.NextDeath);
        Assert.Equal(StandingKind.First, succession.Clear(Node(0)).Decide(departing: false).Kind);
        Assert.Same(succession, succession.Clear(Node(2)));
    }

    [Fact]
    public void Each_of_two_that_leave_at_once_is_asked()
    {
        var succession = Seeing(New(2), 0, At(0, MemberStatus.Exiting, 1), At(1, MemberStatus.Exiting, 2), At(2, MemberStatus.Up, 3));
        Assert.Equal([Node(0), Node(1)], succession.Decide(departing: false).Ask);
        succession = succession.Clear(Node(1));
        Assert.Equal([Node(0)], succession.Decide(departing: false).Ask);
        Assert.Equal(StandingKind.First, succession.Clear(Node(0)).Decide(departing: false).Kind);
    }

    [Fact]
    public void One_that_has_said_so_does_not_come_back_when_it_is_downed()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Exiting, 1), At(1, MemberStatus.Up, 2)).Clear(Node(0));
        succession = Seeing(succession, 1, At(0, MemberStatus.Down, 1), At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
        succession = Seeing(succession, 2, At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
    }

    [Fact]
    public void What_one_says_of_itself_counts_before_the_membership_says_that_it_leaves()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Leaving, 1), At(1, MemberStatus.Up, 2)).Clear(Node(0));
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
    }

    [Fact]
    public void A_member_whose_process_has_ended_counts_as_dead_as_soon_as_it_is_removed()
    {
        Member[] before = [At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2)];
        var known = Seeing(Seeing(New(1), 0, before).Bury(Node(0)), 1, before);
        Assert.Equal(StandingKind.After, known.Decide(departing: false).Kind);
        Assert.Equal(StandingKind.First, Seeing(known, 2, before[1]).Decide(departing: false).Kind);

        var late = Seeing(Seeing(New(1), 0, before), 2, before[1]);
        Assert.Equal(StandingKind.Next, late.Decide(departing: false).Kind);
        Assert.Equal(StandingKind.First, late.Bury(Node(0)).Decide(departing: false).Kind);
        Assert.Same(late, late.Bury(Node(2)));
    }

    [Fact]
    public void A_crashed_member_counts_as_dead_the_margin_after_its_removal()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2));
        succession = Seeing(succession, 1, At(0, MemberStatus.Down, 1), At(1, MemberStatus.Up, 2));
        var standing = succession.Decide(departing: false);
        Assert.Equal(StandingKind.Next, standing.Kind);
        Assert.Equal([Node(0)], standing.Ask);
        Assert.Null(standing.MustAnswer);

        succession = Seeing(succession, 5, At(1, MemberStatus.Up, 2));
        standing = succession.Decide(departing: false);
        Assert.Equal(StandingKind.Next, standing.Kind);
        Assert.Empty(standing.Ask);
        Assert.Equal(TimeSpan.FromSeconds(25), standing.NextDeath);
        Assert.Equal(StandingKind.Next, Seeing(succession, 24, At(1, MemberStatus.Up, 2)).Decide(departing: false).Kind);
        Assert.Equal(StandingKind.First, Seeing(succession, 25, At(1, MemberStatus.Up, 2)).Decide(departing: false).Kind);
        Assert.Equal(StandingKind.First, succession.Clear(Node(0)).Decide(departing: false).Kind);
    }

    [Fact]
    public void Without_a_margin_a_removed_member_is_dead_at_once()
    {
        var succession = new Succession(Node(1), new MemberPrecedence("", considerAppVersion: false), TimeSpan.Zero);
        succession = Seeing(succession, 0, At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.First, Seeing(succession, 1, At(1, MemberStatus.Up, 2)).Decide(departing: false).Kind);
    }

    [Fact]
    public void A_new_incarnation_at_its_address_proves_that_a_removed_member_is_dead()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2));
        succession = Seeing(succession, 1, At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.Next, succession.Decide(departing: false).Kind);
        var again = Member.Create(Node(0, 77), NoRoles, AppVersion.Zero);
        succession = Seeing(succession, 2, again, At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
    }

    [Fact]
    public void Members_removed_before_this_node_joined_may_be_alive_for_the_margin_too()
    {
        var succession = New(1).Observe([At(0, MemberStatus.Up, 1), At(1, MemberStatus.Joining)], [Node(5), Node(6)], TimeSpan.Zero);
        succession = succession.Observe([At(1, MemberStatus.Up, 2), At(0, MemberStatus.Exiting, 1)], [Node(5), Node(6)], TimeSpan.FromSeconds(3)).Clear(Node(0));
        var standing = succession.Decide(departing: false);
        Assert.Equal(StandingKind.Next, standing.Kind);
        Assert.Equal(_margin, standing.NextDeath);
        Assert.Equal(StandingKind.First, Seeing(succession, 20, At(1, MemberStatus.Up, 2)).Decide(departing: false).Kind);
    }

    [Fact]
    public void A_restarted_node_need_not_wait_for_its_own_earlier_incarnation()
    {
        var succession = New(1).Observe([At(1, MemberStatus.Up, 1)], [Node(1, 77)], TimeSpan.Zero);
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
    }

    [Theory]
    [InlineData(MemberStatus.Exiting, StandingKind.Departing)]
    [InlineData(MemberStatus.Down, StandingKind.Downed)]
    public void A_node_on_its_way_out_names_the_one_that_comes_next(MemberStatus status, object kind)
    {
        var standing = Seeing(New(0), 0, At(0, status, 1), At(1, MemberStatus.Exiting, 2), At(2, MemberStatus.Up, 3)).Decide(departing: false);
        Assert.Equal(kind, standing.Kind);
        Assert.Equal(Node(2), standing.Other);
    }

    [Fact]
    public void A_node_that_is_shutting_down_departs_whatever_the_membership_says()
    {
        var succession = Seeing(New(0), 0, At(0, MemberStatus.Up, 1));
        var standing = succession.Decide(departing: true);
        Assert.Equal(StandingKind.Departing, standing.Kind);
        Assert.Null(standing.Other);
    }

    [Fact]
    public void A_removed_node_is_gone_even_if_nobody_is_left()
    {
        var succession = Seeing(New(1), 0, At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2));
        Assert.Equal(StandingKind.Gone, Seeing(succession, 1).Decide(departing: false).Kind);
    }

    [Fact]
    public void Where_versions_count_a_newer_node_goes_first_and_asks_all_others()
    {
        var old1 = At(0, MemberStatus.Up, 1);
        var old2 = At(1, MemberStatus.Up, 2);
        var newer = Member.Create(Node(2), 3, MemberStatus.Up, NoRoles, AppVersion.Create("2.0"));
        var precedence = new MemberPrecedence("", considerAppVersion: true);

        var ofNewer = Seeing(new Succession(Node(2), precedence, _margin), 0, old1, old2, newer);
        Assert.Equal([Node(0), Node(1)], ofNewer.Decide(departing: false).Ask);
        Assert.Equal(StandingKind.First, ofNewer.Clear(Node(0)).Clear(Node(1)).Decide(departing: false).Kind);

        var ofOld = Seeing(new Succession(Node(0), precedence, _margin), 0, old1, old2).Clear(Node(1));
        Assert.Equal(StandingKind.First, ofOld.Decide(departing: false).Kind);
        Assert.False(ofOld.GoesBefore(Node(2)));
        ofOld = Seeing(ofOld, 1, old1, old2, newer);
        Assert.Equal(StandingKind.After, ofOld.Decide(departing: false).Kind);
        Assert.True(ofOld.GoesBefore(Node(2)));
        Assert.False(ofOld.GoesBefore(Node(1)));
    }

    [Fact]
    public void Younger_members_are_never_asked()
    {
        var succession = Seeing(New(0), 0, At(0, MemberStatus.Up, 1), At(1, MemberStatus.Up, 2), At(2, MemberStatus.Exiting, 3), At(3, MemberStatus.Down, 4));
        Assert.Equal(StandingKind.First, succession.Decide(departing: false).Kind);
    }

    private static Succession New(int self, string role = "") => new(Node(self), new MemberPrecedence(role, considerAppVersion: false), _margin);

    private static Succession Seeing(Succession succession, int seconds, params Member[] members) => succession.Observe(members, [], TimeSpan.FromSeconds(seconds));
}
