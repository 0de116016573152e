using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Sbr.Enumerations;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>The decisions of all sides taken together, over every split of a small cluster.</summary>
public class NeverTwoSidesTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Of_every_clean_split_at_most_one_side_goes_on(int count)
    {
        foreach (var groups in Partitions(count))
        {
            var split = Split.OfUp(count).Into(groups);
            foreach (var (name, strategy) in Strategies(count))
            {
                AssertAtMostOne(split, name, strategy);
            }
        }
    }

    [Theory]
    [InlineData(3, MemberStatus.Exiting)]
    [InlineData(4, MemberStatus.Exiting)]
    [InlineData(4, MemberStatus.Down)]
    [InlineData(5, MemberStatus.Leaving)]
    public void Whatever_the_statuses_at_most_one_side_goes_on(int count, MemberStatus last)
    {
        MemberStatus[] statuses = [MemberStatus.Up, MemberStatus.Joining, MemberStatus.Leaving, last];
        foreach (var members in Memberships(count, count / 2, [.. statuses.Distinct()]))
        {
            foreach (var groups in Partitions(count))
            {
                var split = new Split(members).Into(groups);
                foreach (var (name, strategy) in Strategies(count))
                {
                    AssertAtMostOne(split, name, strategy);
                }
            }
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 3)]
    [InlineData(5, 2)]
    public void When_the_split_hits_in_the_middle_of_admissions_and_departures_at_most_one_side_goes_on(int count, int oldest)
    {
        foreach (var before in Memberships(count, oldest, MemberStatus.Up, MemberStatus.Joining, MemberStatus.Leaving))
        {
            var after = AfterLeading(before);
            var leader = Leader(before);
            foreach (var groups in Partitions(count).Where(g => g.Length <= (count < 5 ? count : 2)))
            {
                // The leader's part knows of its changes; each of the others may or may not.
                var others = groups.Where(g => !g.Contains(leader)).ToArray();
                for (var mask = 0; mask < 1 << others.Length; mask++)
                {
                    var split = new Split(before).Into(groups).KnownTo(leader, after);
                    for (var i = 0; i < others.Length; i++)
                    {
                        if ((mask & (1 << i)) != 0)
                        {
                            split.KnownTo(others[i][0], after);
                        }
                    }

                    foreach (var (name, strategy) in Strategies(count))
                    {
                        AssertAtMostOne(split, name, strategy);
                    }
                }
            }
        }
    }

    [Fact]
    public void With_roles_at_most_one_side_goes_on()
    {
        const int Count = 4;
        foreach (var members in Memberships(Count, 1, MemberStatus.Up, MemberStatus.Leaving))
        {
            for (var mask = 0; mask < 1 << Count; mask++)
            {
                var some = WithRole(members, mask, "worker");
                foreach (var groups in Partitions(Count))
                {
                    var split = new Split(some).Into(groups);
                    foreach (var (name, strategy) in Strategies(Count, "worker"))
                    {
                        AssertAtMostOne(split, name, strategy);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whichever_links_are_broken_at_most_one_part_goes_on(int count)
    {
        var links = (from a in Enumerable.Range(0, count) from b in Enumerable.Range(0, a) select (a, b)).ToArray();
        for (var mask = 0; mask < 1 << links.Length; mask++)
        {
            var split = Split.OfUp(count);
            for (var i = 0; i < links.Length; i++)
            {
                if ((mask & (1 << i)) != 0)
                {
                    split.Break(links[i].a, links[i].b);
                }
            }

            foreach (var (name, strategy) in Strategies(count))
            {
                AssertAtMostOne(split, name, strategy);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Whoever_gets_the_lease_at_most_one_part_goes_on(int count)
    {
        var strategy = new LeaseMajority("", TimeSpan.FromSeconds(2));
        foreach (var groups in Partitions(count))
        {
            var split = Split.OfUp(count).Into(groups);
            foreach (var winner in split.Parts().Append([]))
            {
                var survivors = split.Survivors(
                    strategy, (view, decision) => winner.Contains(view.Self.Uid - 1) ? decision : decision.Reverse("another side holds the lease"));
                Assert.Equal(winner.Length == 0 ? 0 : 1, survivors.Length);
                if (winner.Length > 0)
                {
                    Assert.Equal(winner, survivors[0]);
                }
            }
        }
    }

    private static void AssertAtMostOne(Split split, string name, IDowningStrategy strategy)
    {
        var survivors = split.Survivors(strategy);
        Assert.True(survivors.Length <= 1, $"{name}: {string.Join(" and ", survivors.Select(s => $"[{string.Join(",", s)}]"))} go on; {split}");
    }
}
