using System.Collections.Immutable;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Heartbeat;

public class HeartbeatRingTests
{
    private static readonly ImmutableSortedSet<UniqueAddress> None = ImmutableSortedSet<UniqueAddress>.Empty;

    private static UniqueAddress[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(i => Node(i))];

    [Fact]
    public void Every_node_is_watched_by_exactly_as_many_as_configured()
    {
        foreach (var size in new[] { 5, 10, 37 })
        {
            var nodes = Nodes(size);
            var watchers = nodes.SelectMany(n => new HeartbeatNodeRing(n, nodes, None, 3).MyReceivers).GroupBy(n => n).ToDictionary(g => g.Key, g => g.Count());
            Assert.All(nodes, n => Assert.Equal(3, watchers[n]));
        }
    }

    [Fact]
    public void In_a_small_cluster_everybody_watches_everybody_else()
    {
        var nodes = Nodes(4);
        Assert.Equal(nodes.Except([Node(2)]), new HeartbeatNodeRing(Node(2), nodes, None, 9).MyReceivers.ToList());
    }

    [Fact]
    public void Whoever_is_unreachable_is_still_watched_by_somebody_when_many_stop_at_once()
    {
        var nodes = Nodes(20);
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var dead = nodes.Where(_ => random.Next(2) == 0).ToImmutableSortedSet();
            var alive = nodes.Where(n => !dead.Contains(n)).ToArray();
            if (alive.Length == 0)
            {
                continue;
            }

            var watched = alive.SelectMany(n => new HeartbeatNodeRing(n, nodes, dead, 5).MyReceivers).ToHashSet();
            Assert.Superset(alive.ToHashSet(), alive.Length > 1 ? watched : [.. watched, .. alive]);
        }
    }

    [Fact]
    public void A_former_receiver_that_is_unreachable_is_kept_until_it_answers()
    {
        var state = HeartbeatSenderState.Create(Node(0), 3).Init(Nodes(10), None);
        var silent = state.Ring.MyReceivers;

        // Newcomers push silent ones out of the next three on the ring.
        for (var i = 10; i < 200; i++)
        {
            state = state.AddMember(Node(i), n => !silent.Contains(n)).State;
        }

        var former = silent.Except(state.Ring.MyReceivers);
        Assert.NotEmpty(former);
        Assert.Subset(state.Receivers, former);
        var change = state.Response(former[0]);
        Assert.DoesNotContain(former[0], change.State.Receivers);
        Assert.Equal([former[0]], change.Forget);
    }

    [Fact]
    public void A_removed_member_is_forgotten_altogether()
    {
        var state = HeartbeatSenderState.Create(Node(0), 9).Init(Nodes(4), None);
        var change = state.RemoveMember(Node(2), _ => false);
        Assert.DoesNotContain(Node(2), change.State.Receivers);
        Assert.Contains(Node(2), change.Forget);
    }
}
