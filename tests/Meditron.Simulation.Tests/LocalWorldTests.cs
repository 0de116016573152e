using System.Globalization;

namespace Meditron.Simulation.Tests;

public sealed class LocalWorldTests
{
    private static readonly Config Local = ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(SimulatedSystem.Defaults);

    [Fact]
    public void Actors_run_in_virtual_time_on_one_thread()
    {
        using var world = new World(1);
        world.Enter(() =>
        {
            var node = new NodeHost(world, "n1").Start();
            var system = SimulatedSystem.Start(node, "local", Local);
            var threads = new HashSet<int>();
            var ticker = system.ActorOf(Props.Create(() => new Ticker(threads)), "ticker");
            Assert.True(world.RunUntil(() => threads.Count > 0 && world.Now > TimeSpan.FromHours(1), TimeSpan.FromHours(2)), world.Violation?.Message);
            var count = ticker.Ask<int>("count", TimeSpan.FromSeconds(1));
            Assert.True(world.RunUntil(() => count.IsCompleted, TimeSpan.FromSeconds(2)));
            Assert.InRange(count.GetAwaiter().GetResult(), 3550, 3601);
            Assert.Equal([Environment.CurrentManagedThreadId], threads);
        });
    }

    [Fact]
    public void Awaits_go_on_in_the_world_and_keep_their_actor()
    {
        using var world = new World(2);
        world.Enter(() =>
        {
            var node = new NodeHost(world, "n1").Start();
            var system = SimulatedSystem.Start(node, "local", Local);
            var waiter = system.ActorOf(Props.Create(() => new Waiter()), "waiter");
            var replies = Task.WhenAll(Enumerable.Range(0, 20).Select(i => waiter.Ask<string>(i, TimeSpan.FromMinutes(1))));
            Assert.True(world.RunUntil(() => replies.IsCompleted, TimeSpan.FromMinutes(2)), world.Violation?.Message);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}: child {i}"), replies.GetAwaiter().GetResult());
        });
    }

    [Fact]
    public void Asking_nobody_ends_with_its_timeout()
    {
        using var world = new World(3);
        world.Enter(() =>
        {
            var node = new NodeHost(world, "n1").Start();
            var system = SimulatedSystem.Start(node, "local", Local);
            var reply = system.DeadLetters.Ask<string>("hello", TimeSpan.FromSeconds(30));
            Assert.False(world.RunUntil(() => reply.IsCompleted, TimeSpan.FromSeconds(29)));
            Assert.True(world.RunUntil(() => reply.IsCompleted, TimeSpan.FromSeconds(2)));
            Assert.IsType<AskTimeoutException>(reply.Exception!.InnerException);
        });
    }

    [Fact]
    public void A_killed_process_does_nothing_any_more()
    {
        using var world = new World(4);
        world.Enter(() =>
        {
            var host = new NodeHost(world, "n1");
            var system = SimulatedSystem.Start(host.Start(), "local", Local);
            var threads = new HashSet<int>();
            system.ActorOf(Props.Create(() => new Ticker(threads)), "ticker");
            world.RunFor(TimeSpan.FromSeconds(10));
            host.Kill();
            threads.Clear();
            world.RunFor(TimeSpan.FromMinutes(1));
            Assert.Empty(threads);
            Assert.Null(world.Violation);
        });
    }

    [Fact]
    public void A_system_terminates_and_then_nothing_is_left_to_do()
    {
        using var world = new World(5);
        world.Enter(() =>
        {
            var host = new NodeHost(world, "n1");
            var system = SimulatedSystem.Start(host.Start(), "local", Local);
            system.ActorOf(Props.Create(() => new Waiter()), "waiter");
            var end = system.Terminate();
            Assert.True(world.RunUntil(() => end.IsCompleted, TimeSpan.FromSeconds(30)), world.Violation?.Message);
            world.RunFor(TimeSpan.FromMinutes(1));
            var steps = world.Steps;
            world.RunFor(TimeSpan.FromHours(1));
            Assert.Equal(steps, world.Steps);
            Assert.False(host.IsRunning);
        });
    }

    [Fact]
    public void Work_from_another_thread_ends_the_run()
    {
        using var world = new World(6);
        world.Enter(() =>
        {
            var node = new NodeHost(world, "n1").Start();
            var system = SimulatedSystem.Start(node, "local", Local);
            var other = new Thread(() =>
            {
                try
                {
                    system.ActorOf(Props.Create(() => new Waiter()));
                }
                catch (Exception)
                {
                    // What the world says is what counts.
                }
            });
            other.Start();
            other.Join();
            world.RunFor(TimeSpan.FromSeconds(1));
            Assert.Equal("one thread", world.Violation?.Invariant);
        });
    }

    [Theory]
    [InlineData(7UL)]
    [InlineData(8UL)]
    public void The_same_seed_takes_the_same_steps_and_another_seed_others(ulong seed)
    {
        Assert.Equal(Play(seed), Play(seed));
        Assert.NotEqual(Play(seed).Digest, Play(seed + 1000).Digest);
    }

    private static (ulong Digest, string Sha) Play(ulong seed)
    {
        using var text = new StringWriter();
        using var log = EventLog.To(text);
        using var world = new World(seed, log);
        world.Enter(() =>
        {
            var node = new NodeHost(world, "n1").Start();
            var system = SimulatedSystem.Start(node, "local", Local);
            var waiter = system.ActorOf(Props.Create(() => new Waiter()), "waiter");
            var ticker = system.ActorOf(Props.Create(() => new Ticker(new HashSet<int>())), "ticker");
            for (var i = 0; i < 50; i++)
            {
                var number = i;
                waiter.Ask<string>(i, TimeSpan.FromMinutes(1)).ContinueWith(reply => world.Note("test", $"{number} {reply.Result}"), TaskContinuationOptions.ExecuteSynchronously);
                ticker.Tell("count");
            }

            world.RunFor(TimeSpan.FromSeconds(30));
            world.Note("test", world.Steps.ToString(CultureInfo.InvariantCulture));
        });
        Assert.Null(world.Violation);
        return (world.Digest, log.Sha256());
    }

    private sealed class Ticker : ReceiveActor, IWithTimers
    {
        private int _count;

        public Ticker(HashSet<int> threads)
        {
            Receive<string>(message => message == "tick", _ =>
            {
                _count++;
                threads.Add(Environment.CurrentManagedThreadId);
            });
            Receive<string>(message => message == "count", _ => Sender.Tell(_count));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1));
    }

    private sealed class Waiter : ReceiveActor
    {
        public Waiter()
        {
            ReceiveAsync<int>(async number =>
            {
                var child = Context.ActorOf(Props.Create(() => new Child()), $"child-{number}");
                var reply = await child.Ask<string>(number, TimeSpan.FromSeconds(10));
                Sender.Tell($"{number}: {reply}");
            });
        }
    }

    private sealed class Child : ReceiveActor
    {
        public Child()
        {
            Receive<int>(number => Sender.Tell($"child {number}"));
        }
    }
}
