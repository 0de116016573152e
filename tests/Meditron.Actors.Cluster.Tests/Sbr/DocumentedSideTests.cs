using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;
using static Meditron.Actors.Cluster.Tests.Sbr.Enumerations;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Over every clean split of up to six members, exactly the side goes on that the strategy's documentation names.</summary>
public class DocumentedSideTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Keep_majority_keeps_more_than_half_or_the_half_with_the_lowest_address(int count) =>
        AssertKept(count, new KeepMajority(""), group => group.Length * 2 > count || (group.Length * 2 == count && group.Contains(0)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Static_quorum_keeps_the_side_that_has_it_unless_two_could(int count)
    {
        for (var quorum = 1; quorum <= count + 1; quorum++)
        {
            var size = quorum;
            AssertKept(count, new StaticQuorum(size, ""), group => group.Length >= size && count < size * 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Keep_oldest_keeps_the_oldest_unless_it_is_alone_against_two_or_more(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var oldest = i;
            var members = Memberships(count, oldest, MemberStatus.Up).Single();
            foreach (var groups in Partitions(count))
            {
                var split = new Split(members).Into(groups);
                AssertKept(split, new KeepOldest(false, ""), groups, group => group.Contains(oldest));

                // A side is alone against all others together: it cannot know whether those hear each other.
                AssertKept(split, new KeepOldest(true, ""), groups, group => group.Contains(oldest)
                    ? group.Length > 1 || count <= 2
                    : group.Length >= 2 && group.Length == count - 1);
            }
        }
    }

    [Fact]
    public void Down_all_keeps_nobody()
    {
        foreach (var groups in Partitions(5).Where(g => g.Length > 1))
        {
            AssertKept(Split.OfUp(5).Into(groups), new DownAllNodes(), groups, _ => false);
        }
    }

    [Fact]
    public void Keep_referee_keeps_the_side_of_the_referee_if_that_is_large_enough()
    {
        const int Referee = 3;
        var strategy = new KeepReferee(Node(Referee).Address, 2);
        foreach (var groups in Partitions(5).Where(g => g.Length > 1))
        {
            AssertKept(Split.OfUp(5).Into(groups), strategy, groups, group => group.Contains(Referee) && group.Length >= 2);
        }
    }

    [Fact]
    public void Lease_majority_lets_the_larger_side_or_that_with_the_lowest_address_try_first()
    {
        var delay = TimeSpan.FromSeconds(2);
        var strategy = new LeaseMajority("", delay);
        foreach (var groups in Partitions(6).Where(g => g.Length > 1))
        {
            var split = Split.OfUp(6).Into(groups);
            foreach (var group in groups)
            {
                var decision = strategy.Decide(split.SeenFrom(group[0]));
                Assert.Equal(DecisionKind.AcquireLeaseAndDownUnreachable, decision.Kind);
                Assert.Equal(group.Length > 3 || (group.Length == 3 && group.Contains(0)) ? TimeSpan.Zero : delay, decision.AcquireDelay);
            }
        }
    }

    private static void AssertKept(int count, IDowningStrategy strategy, Func<int[], bool> kept)
    {
        foreach (var groups in Partitions(count).Where(g => g.Length > 1))
        {
            AssertKept(Split.OfUp(count).Into(groups), strategy, groups, kept);
        }
    }

    private static void AssertKept(Split split, IDowningStrategy strategy, int[][] groups, Func<int[], bool> kept)
    {
        if (groups.Length < 2)
        {
            return;
        }

        var survivors = split.Survivors(strategy);
        var expected = groups.Where(kept).ToArray();
        Assert.True(
            survivors.Select(Text).SequenceEqual(expected.Select(Text)),
            $"{string.Join(" and ", survivors.Select(Text))} instead of {string.Join(" and ", expected.Select(Text))} go on; {split}");
    }

    private static string Text(int[] group) => $"[{string.Join(",", group)}]";
}
