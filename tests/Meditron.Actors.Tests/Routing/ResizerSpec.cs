namespace Meditron.Actors.Tests.Specs;

public class ResizerSpec : ActorSpec
{
    public ResizerSpec()
        : base("""
            akka.actor.deployment./resized {
              router = round-robin-pool, nr-of-instances = 1
              resizer { enabled = on, lower-bound = 2, upper-bound = 4, messages-per-resize = 1 }
            }
            """)
    {
    }

    [Theory]
    [InlineData(4, 4, 1)]
    [InlineData(3, 4, 0)]
    [InlineData(10, 10, 2)]
    public void A_pool_whose_routees_are_all_busy_grows_by_a_share(int busy, int size, int added) =>
        Assert.Equal(added, new DefaultResizer(1, 100).Rampup(busy, size));

    [Theory]
    [InlineData(0, 10, -1)]
    [InlineData(2, 10, -1)]
    [InlineData(3, 10, 0)]
    [InlineData(0, 25, -3)]
    public void A_pool_of_which_few_are_busy_shrinks_by_a_share(int busy, int size, int change) =>
        Assert.Equal(change, new DefaultResizer(1, 100).Backoff(busy, size));

    [Fact]
    public void The_size_stays_within_its_bounds()
    {
        var resizer = new DefaultResizer(2, 3);

        Assert.Equal(2, resizer.Capacity([]));
        Assert.Equal(-2, resizer.Capacity(Enumerable.Range(0, 5).Select(_ => Routee.NoRoutee)));
    }

    [Fact]
    public void The_size_is_decided_every_so_many_messages()
    {
        var resizer = new DefaultResizer(1, 10, messagesPerResize: 3);

        Assert.Equal([true, false, false, true], Enumerable.Range(0, 4).Select(number => resizer.IsTimeForResize(number)));
    }

    [Theory]
    [InlineData(-1, 10, 10)]
    [InlineData(5, 4, 10)]
    [InlineData(1, 10, 0)]
    public void Bounds_that_make_no_sense_are_refused(int lower, int upper, int messagesPerResize) =>
        Assert.ThrowsAny<ArgumentException>(() => new DefaultResizer(lower, upper, messagesPerResize: messagesPerResize));

    [Fact]
    public void A_pool_grows_to_its_lower_bound_and_under_pressure_to_its_upper_one()
    {
        var router = Sys.ActorOf(Props.Create<Busy>().WithRouter(FromConfig.Instance), "resized");
        AwaitAssert(() => Assert.Equal(2, Size(router)));
        using var gate = new ManualResetEventSlim();
        AwaitAssert(() =>
        {
            for (var i = 0; i < 8; i++)
            {
                router.Tell(gate);
            }

            Assert.Equal(4, Size(router));
        });
        gate.Set();
    }

    private static int Size(IActorRef router) =>
        router.Ask<Routees>(new GetRoutees(), Deadline).GetAwaiter().GetResult().Members.Count();

    private sealed class Busy : ReceiveActor
    {
        public Busy() => Receive<ManualResetEventSlim>(gate => gate.Wait(Deadline));
    }
}
