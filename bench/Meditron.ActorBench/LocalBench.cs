using System.Diagnostics;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.ActorBench;

/// <summary>Local actors: messages a second, time of a request, memory of idle actors, time of a restart.</summary>
internal static class LocalBench
{
    private const int Messages = 5_000_000;
    private const int Window = 100;
    private const int Times = 5;

    public static async Task<int> Run(string[] args)
    {
        var throughput = args.SkipWhile(a => a != "--throughput").Skip(1).FirstOrDefault() ?? "300";
        var only = args.FirstOrDefault(a => !a.StartsWith('-') && !char.IsAsciiDigit(a[0]));
        var config = ConfigurationFactory.ParseString($"akka.loglevel = ERROR, akka.stdout-loglevel = OFF, akka.loggers = [], akka.actor.default-dispatcher.throughput = {throughput}");
        foreach (var (name, measure) in new (string, Func<ActorSystem, Task>)[] { ("tell", Tell), ("ask", Ask), ("idle", Idle), ("restart", Restart) })
        {
            if (only is null || only == name)
            {
                var system = ActorSystem.Create("bench", config);
                await measure(system);
                await system.Terminate();
            }
        }

        return 0;
    }

    /// <summary>Pairs of actors send each other messages, at most a window of them in flight; each message sent and received counts once.</summary>
    private static async Task Tell(ActorSystem system)
    {
        foreach (var pairs in new[] { 2, 4, 8 })
        {
            await Median.Print($"tell, {pairs} pairs, {Window} in flight", "M messages/s", Times, async () =>
            {
                var done = new TaskCompletionSource[pairs];
                var pingers = new IActorRef[pairs];
                for (var i = 0; i < pairs; i++)
                {
                    var end = done[i] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    var pong = system.ActorOf(Props.Create(() => new Pong()));
                    pingers[i] = system.ActorOf(Props.Create(() => new Ping(pong, Messages, end)));
                }

                var clock = Stopwatch.StartNew();
                foreach (var pinger in pingers)
                {
                    pinger.Tell(Start.Instance, ActorRefs.NoSender);
                }

                await Task.WhenAll(done.Select(d => d.Task));
                return 2.0 * Messages * pairs / clock.Elapsed.TotalSeconds / 1e6;
            });
        }

        await Median.Print("tell, one thread to one actor", "M messages/s", Times, async () =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var sink = system.ActorOf(Props.Create(() => new Sink(Messages, done)));
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < Messages; i++)
            {
                sink.Tell(Start.Instance, ActorRefs.NoSender);
            }

            await done.Task;
            return Messages / clock.Elapsed.TotalSeconds / 1e6;
        });
    }

    private static async Task Ask(ActorSystem system)
    {
        var echo = system.ActorOf(Props.Create(() => new Pong()));
        foreach (var percent in new[] { 50, 99 })
        {
            await Median.Print($"ask, round trip p{percent}", "us", Times, async () =>
            {
                var times = new double[100_000];
                for (var i = 0; i < times.Length; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    await echo.Ask<Start>(Start.Instance);
                    times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                }

                return Median.Percentile(times, percent);
            });
        }
    }

    private static async Task Idle(ActorSystem system)
    {
        const int actors = 1_000_000;
        foreach (var (name, props) in new[] { ("UntypedActor", Props.Create(() => new Pong())), ("ReceiveActor with one handler", Props.Create(() => new Receiving())) })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var clock = Stopwatch.StartNew();
            var parent = system.ActorOf(Props.Create(() => new Parent(props)));
            await parent.Ask<int>(actors);
            var seconds = clock.Elapsed.TotalSeconds;
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine($"{"idle, a million of " + name,-44} {bytes / 1e6,12:F1} MB   (created in {seconds:F2} s)");
            await parent.GracefulStop(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task Restart(ActorSystem system)
    {
        foreach (var percent in new[] { 50, 99 })
        {
            await Median.Print($"restart of a failed child p{percent}, to its next reply", "us", Times, async () =>
            {
                var parent = system.ActorOf(Props.Create(() => new Quiet()));
                var child = await parent.Ask<IActorRef>("child");
                var times = new double[2_000];
                for (var i = 0; i < times.Length; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    child.Tell("fail", ActorRefs.NoSender);
                    await child.Ask<object>("hello");
                    times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                }

                await parent.GracefulStop(TimeSpan.FromSeconds(10));
                return Median.Percentile(times, percent);
            });
        }
    }

    private sealed class Start
    {
        public static readonly Start Instance = new();
    }

    private sealed class Message
    {
        public static readonly Message Instance = new();
    }

    private sealed class Ping(IActorRef pong, int messages, TaskCompletionSource done) : UntypedActor
    {
        private int _toSend = messages;
        private int _toReceive = messages;

        protected override void OnReceive(object message)
        {
            if (message is Start)
            {
                for (var i = 0; i < Window; i++)
                {
                    Send();
                }

                return;
            }

            Send();
            if (--_toReceive == 0)
            {
                done.SetResult();
                Context.Stop(pong);
                Context.Stop(Self);
            }
        }

        private void Send()
        {
            if (_toSend > 0)
            {
                _toSend--;
                pong.Tell(Message.Instance, Self);
            }
        }
    }

    private sealed class Pong : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Sink(int messages, TaskCompletionSource done) : UntypedActor
    {
        private int _left = messages;

        protected override void OnReceive(object message)
        {
            if (--_left == 0)
            {
                done.SetResult();
                Context.Stop(Self);
            }
        }
    }

    private sealed class Receiving : ReceiveActor
    {
        public Receiving() => Receive<string>(Sender.Tell);
    }

    private sealed class Parent(Props props) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            IActorRef? last = null;
            for (var i = 0; i < (int)message; i++)
            {
                last = Context.ActorOf(props);
            }

            last!.Tell(message, Sender);
            Sender.Tell(message);
        }
    }

    private sealed class Quiet : UntypedActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, static _ => Directive.Restart, loggingEnabled: false);

        protected override void OnReceive(object message) => Sender.Tell(Context.ActorOf(Props.Create(() => new Failing())));
    }

    private sealed class Failing : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new InvalidOperationException("told to");
            }

            Sender.Tell(message);
        }
    }
}
