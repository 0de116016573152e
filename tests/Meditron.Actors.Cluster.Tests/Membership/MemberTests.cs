using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Util;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Membership;

public class MemberTests
{
    [Theory]
    [InlineData(MemberStatus.Joining, "WeaklyUp,Up,Leaving,Down,Removed")]
    [InlineData(MemberStatus.WeaklyUp, "Up,Leaving,Down,Removed")]
    [InlineData(MemberStatus.Up, "Leaving,Down,Removed")]
    [InlineData(MemberStatus.Leaving, "Exiting,Down,Removed")]
    [InlineData(MemberStatus.Exiting, "Down,Removed")]
    [InlineData(MemberStatus.Down, "Removed")]
    [InlineData(MemberStatus.Removed, "")]
    public void Only_the_documented_transitions_are_allowed(MemberStatus from, string allowed)
    {
        var expected = allowed.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<MemberStatus>).ToHashSet();
        foreach (var to in Enum.GetValues<MemberStatus>().Where(s => s != from))
        {
            if (expected.Contains(to))
            {
                Assert.Equal(to, At(1, from).Copy(to).Status);
            }
            else
            {
                Assert.Contains($"from {from} to {to}", Assert.Throws<InvalidOperationException>(() => At(1, from).Copy(to)).Message);
            }
        }
    }

    [Fact]
    public void Merged_status_is_the_later_one_whatever_the_order()
    {
        MemberStatus[] life =
            [MemberStatus.Joining, MemberStatus.WeaklyUp, MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Exiting, MemberStatus.Down, MemberStatus.Removed];
        for (var i = 0; i < life.Length; i++)
        {
            for (var j = 0; j < life.Length; j++)
            {
                Assert.Equal(life[Math.Max(i, j)], Meditron.Actors.Cluster.Member.HighestPriorityOf(At(1, life[i]), At(1, life[j])).Status);
            }
        }
    }

    [Fact]
    public void Members_are_ordered_by_host_then_port_as_a_number()
    {
        Address[] expected =
            [new("akka.tcp", "sys", "a", 9), new("akka.tcp", "sys", "a", 10), new("akka.tcp", "sys", "b", 1), new("akka.tcp", "sys", "b", 2)];
        Assert.Equal(expected, expected.Reverse().Order(Meditron.Actors.Cluster.Member.AddressOrdering));
    }

    [Fact]
    public void Age_is_the_order_of_becoming_up_and_the_address_decides_a_tie()
    {
        Assert.True(At(5, MemberStatus.Up, 1).IsOlderThan(At(1, MemberStatus.Up, 2)));
        Assert.True(At(1, MemberStatus.Up, 2).IsOlderThan(At(5, MemberStatus.Up, 2)));
        Assert.True(At(5, MemberStatus.Up, 3).IsOlderThan(At(1, MemberStatus.Joining)));
        Assert.False(At(1, MemberStatus.Up, 2).IsOlderThan(At(1, MemberStatus.Up, 2)));
    }

    [Fact]
    public void Incarnations_at_one_address_are_different_members()
    {
        Assert.NotEqual(Node(1, 7), Node(1, 8));
        Assert.True(Node(1, 7).CompareTo(Node(1, 8)) < 0);
        Assert.Equal(At(1, MemberStatus.Up), At(1, MemberStatus.Down));
    }

    [Fact]
    public void A_member_that_only_one_side_knows_and_that_is_on_its_way_out_counts_as_removed()
    {
        var merged = Meditron.Actors.Cluster.Member.PickHighestPriority([At(1, MemberStatus.Up, 1), At(2, MemberStatus.Down)], [At(1, MemberStatus.Leaving, 1), At(3, MemberStatus.Exiting)]);
        Assert.Equal([(Node(1), MemberStatus.Leaving)], merged.Select(m => (m.UniqueAddress, m.Status)));
    }

    [Theory]
    [InlineData("1.2", "1.10")]
    [InlineData("1.2-RC1", "1.2")]
    [InlineData("1.2-RC1", "1.2-RC2")]
    [InlineData("1.2", "1.2.1")]
    [InlineData("0.0.0", "0.1")]
    public void Versions_are_ordered_as_people_read_them(string lower, string higher)
    {
        Assert.True(AppVersion.Create(lower).CompareTo(AppVersion.Create(higher)) < 0);
        Assert.True(AppVersion.Create(higher).CompareTo(AppVersion.Create(lower)) > 0);
    }

    [Fact]
    public void What_is_no_version_is_refused_by_name()
    {
        Assert.Contains("'one'", Assert.Throws<ArgumentException>(() => AppVersion.Create("one")).Message);
        Assert.Equal(AppVersion.Create("1.0"), AppVersion.Create("1.0.0"));
        Assert.Equal(AppVersion.Create("1.0").GetHashCode(), AppVersion.Create("1.0.0").GetHashCode());
    }

    [Fact]
    public void State_knows_when_members_run_different_versions()
    {
        var state = new ClusterEvent.CurrentClusterState();
        Member V(int i, string version) => Meditron.Actors.Cluster.Member.Create(Node(i), NoRoles, AppVersion.Create(version));
        Assert.False(state.Copy([V(1, "1.0"), V(2, "1.0.0")]).HasMoreThanOneAppVersion);
        Assert.True(state.Copy([V(1, "1.0"), V(2, "1.1")]).HasMoreThanOneAppVersion);
        Assert.Equal(ImmutableHashSet<string>.Empty, state.AllRoles);
    }
}
