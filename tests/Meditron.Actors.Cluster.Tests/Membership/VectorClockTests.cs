namespace Meditron.Actors.Cluster.Tests.Membership;

public class VectorClockTests
{
    private static readonly VectorClock.Node A = VectorClock.Node.Create("a");
    private static readonly VectorClock.Node B = VectorClock.Node.Create("b");

    [Fact]
    public void Versions_are_ordered_only_when_one_includes_the_other()
    {
        var none = VectorClock.Create();
        var a = none.Increment(A);
        var b = none.Increment(B);
        Assert.Equal(VectorClock.Ordering.Same, none.CompareTo(VectorClock.Create()));
        Assert.Equal(VectorClock.Ordering.After, a.CompareTo(none));
        Assert.Equal(VectorClock.Ordering.Before, none.CompareTo(a));
        Assert.Equal(VectorClock.Ordering.Concurrent, a.CompareTo(b));
        Assert.True(a.Merge(b) > a);
        Assert.True(a < a.Merge(b));
        Assert.True(a.Merge(b) == b.Merge(a));
        Assert.True(a.Merge(b).Prune(B) == a);
    }

    [Fact]
    public void Merge_is_the_least_version_that_includes_both_for_random_histories()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var x = RandomClock(random);
            var y = RandomClock(random);
            var z = RandomClock(random);
            Assert.Equal(x.Merge(y), y.Merge(x));
            Assert.Equal(x.Merge(y).Merge(z), x.Merge(y.Merge(z)));
            Assert.Equal(x, x.Merge(x));
            Assert.False(x.Merge(y).IsBefore(x));
            Assert.Equal(Opposite(x.CompareTo(y)), y.CompareTo(x));
        }
    }

    private static VectorClock.Ordering Opposite(VectorClock.Ordering ordering) => ordering switch
    {
        VectorClock.Ordering.After => VectorClock.Ordering.Before,
        VectorClock.Ordering.Before => VectorClock.Ordering.After,
        _ => ordering,
    };

    private static VectorClock RandomClock(Random random)
    {
        var clock = VectorClock.Create();
        for (var i = random.Next(6); i > 0; i--)
        {
            clock = clock.Increment(VectorClock.Node.Create(((char)('a' + random.Next(3))).ToString()));
        }

        return clock;
    }
}
