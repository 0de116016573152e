using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tools.PublishSubscribe;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

public class RegistryTests
{
    private static readonly RegistryKey _topic = RegistryKey.OfTopic("t", null);

    [Fact]
    public void Versions_grow_with_the_clock_and_never_stand_still()
    {
        var registry = new RegistryOfReceivers(Node(0));
        Assert.True(registry.Set(_topic, ActorRefs.Nobody, clock: 1000, TimeSpan.Zero));
        Assert.Equal(1000, registry.OwnVersion);
        Assert.False(registry.Set(_topic, ActorRefs.Nobody, clock: 2000, TimeSpan.Zero));
        Assert.True(registry.Set(_topic, null, clock: 500, TimeSpan.Zero));
        Assert.Equal(1001, registry.OwnVersion);
    }

    [Fact]
    public void What_one_lacks_makes_it_know_the_same()
    {
        var (a, b) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)));
        a.Set(_topic, ActorRefs.Nobody, 1, TimeSpan.Zero);
        a.Set(RegistryKey.OfTopic("t", "g"), ActorRefs.Nobody, 1, TimeSpan.Zero);
        Tell(a, b);
        Assert.Equal([Node(0)], b.Receivers.Find(_topic).Select(r => r.Key));
        Assert.Equal(["g"], b.Receivers.GroupsOf("t"));
        Assert.Equal(["t"], b.Receivers.Topics);
        a.Set(_topic, null, 1, TimeSpan.Zero);
        Tell(a, b);
        Assert.Empty(b.Receivers.Find(_topic));
        Assert.Equal(["t"], b.Receivers.Topics);
        a.Set(RegistryKey.OfTopic("t", "g"), null, 1, TimeSpan.Zero);
        Tell(a, b);
        Assert.Empty(b.Receivers.GroupsOf("t"));
        Assert.Empty(b.Receivers.Topics);
        Assert.Empty(a.Missing(b.Versions, 10));
    }

    [Fact]
    public void Changes_that_build_on_an_unknown_version_are_not_taken()
    {
        var (a, b) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)));
        a.Set(_topic, ActorRefs.Nobody, 1, TimeSpan.Zero);
        var before = a.OwnVersion;
        a.Set(RegistryKey.OfPath("/user/x"), ActorRefs.Nobody, 1, TimeSpan.Zero);
        var later = a.OwnSince(before, 10)!;
        Assert.Equal(RegistryOfReceivers.Outcome.Ask, b.Take(later, TimeSpan.Zero));
        Assert.Equal(0, b.Versions.GetValueOrDefault(Node(0)));
        Tell(a, b);
        Assert.Equal(RegistryOfReceivers.Outcome.Taken, b.Take(later, TimeSpan.Zero));
        Assert.Single(b.Receivers.Find(_topic));
    }

    [Fact]
    public void Many_changes_are_told_in_parts()
    {
        var (a, b) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)));
        for (var i = 0; i < 25; i++)
        {
            a.Set(RegistryKey.OfTopic($"t{i}", null), ActorRefs.Nobody, 1, TimeSpan.Zero);
        }

        var parts = 0;
        while (a.Missing(b.Versions, 10) is { IsEmpty: false } missing)
        {
            parts++;
            var delta = Assert.Single(missing);
            Assert.InRange(delta.Entries.Count, 1, 10);
            var expected = parts < 3 ? RegistryOfReceivers.Outcome.Ask : RegistryOfReceivers.Outcome.Taken;
            Assert.Equal(expected, b.Take(delta, TimeSpan.Zero));
        }

        Assert.Equal(3, parts);
        Assert.Equal(25, b.Receivers.Topics.Count());
    }

    [Fact]
    public void The_room_for_changes_is_shared_by_all_buckets()
    {
        var (a, b, c) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)), new RegistryOfReceivers(Node(2)));
        for (var i = 0; i < 10; i++)
        {
            a.Set(RegistryKey.OfTopic($"a{i}", null), ActorRefs.Nobody, 1, TimeSpan.Zero);
            b.Set(RegistryKey.OfTopic($"b{i}", null), ActorRefs.Nobody, 1, TimeSpan.Zero);
        }

        Tell(a, b);
        var missing = b.Missing(c.Versions, 10);
        Assert.Equal(10, missing.Sum(d => d.Entries.Count));
        Assert.True(missing[^1].HasMore);
        for (var i = 0; i < 3; i++)
        {
            Tell(b, c, 10);
        }

        Assert.Equal(20, c.Receivers.Topics.Count());
    }

    [Fact]
    public void One_that_missed_what_is_forgotten_is_told_everything()
    {
        var (a, b, c) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)), new RegistryOfReceivers(Node(2)));
        a.Set(_topic, ActorRefs.Nobody, 1, TimeSpan.Zero);
        a.Set(RegistryKey.OfTopic("kept", null), ActorRefs.Nobody, 1, TimeSpan.Zero);
        Tell(a, b);
        Tell(a, c);
        a.Set(_topic, null, 1, TimeSpan.FromSeconds(1));
        a.Prune(TimeSpan.FromSeconds(2));
        Tell(a, b);
        Assert.Equal(["kept"], b.Receivers.Topics);

        // From one who was told everything it goes on to the next.
        Tell(b, c);
        Assert.Equal(["kept"], c.Receivers.Topics);
    }

    [Fact]
    public void The_registrations_of_a_node_go_with_it()
    {
        var (a, b) = (new RegistryOfReceivers(Node(0)), new RegistryOfReceivers(Node(1)));
        a.Set(_topic, ActorRefs.Nobody, 1, TimeSpan.Zero);
        b.Set(_topic, ActorRefs.Nobody, 1, TimeSpan.Zero);
        Tell(a, b);
        b.KeepOnly(ImmutableSortedSet.Create(Node(1)));
        Assert.Equal([Node(1)], b.Receivers.Find(_topic).Select(r => r.Key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_come_to_the_same_whatever_is_lost_repeated_and_reordered(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var nodes = Enumerable.Range(0, 4).Select(i => new RegistryOfReceivers(Node(i))).ToArray();
            var flying = new List<(int To, BucketDelta Delta)>();
            for (var step = 0; step < 120; step++)
            {
                var (at, now) = (random.Next(4), TimeSpan.FromSeconds(step));
                switch (random.Next(5))
                {
                    case 0 or 1:
                        var before = nodes[at].OwnVersion;
                        nodes[at].Set(RegistryKey.OfTopic($"t{random.Next(3)}", random.Next(2) == 0 ? null : "g"), random.Next(2) == 0 ? null : ActorRefs.Nobody, 1, now);
                        if (nodes[at].OwnSince(before, int.MaxValue) is { } own)
                        {
                            flying.Add((random.Next(4), own));
                        }

                        break;
                    case 2:
                        var to = random.Next(4);
                        flying.AddRange(nodes[at].Missing(nodes[to].Versions, 2).Select(d => (to, d)));
                        break;
                    case 3:
                        nodes[at].Prune(now - TimeSpan.FromSeconds(random.Next(20)));
                        break;
                    default:
                        if (flying.Count > 0)
                        {
                            var index = random.Next(flying.Count);
                            nodes[flying[index].To].Take(flying[index].Delta, now);
                            if (random.Next(3) > 0)
                            {
                                flying.RemoveAt(index);
                            }
                        }

                        break;
                }
            }

            for (var exchange = 0; exchange < 60; exchange++)
            {
                Tell(nodes[exchange % 4], nodes[(exchange / 4) % 4], 2);
            }

            foreach (var node in nodes)
            {
                foreach (var key in Enumerable.Range(0, 3).SelectMany(i => new[] { RegistryKey.OfTopic($"t{i}", null), RegistryKey.OfTopic($"t{i}", "g") }))
                {
                    var owners = Enumerable.Range(0, 4).Where(i => nodes[i].Own(key) is not null).Select(i => Node(i));
                    Assert.Equal(owners, node.Receivers.Find(key).Select(r => r.Key));
                }
            }
        }
    }

    private static void Tell(RegistryOfReceivers from, RegistryOfReceivers to, int most = 100)
    {
        foreach (var delta in from.Missing(to.Versions, most))
        {
            to.Take(delta, TimeSpan.Zero);
        }
    }
}
