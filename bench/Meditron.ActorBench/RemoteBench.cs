using System.Diagnostics;
using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.ActorBench;

/// <summary>Two systems on the loopback interface: 64-byte messages one way with a window of unacknowledged ones, and round trips one at a time.</summary>
/// <remarks><c>remote [--runs 5] [--messages 2000000] [--round-trips 20000] [--processes]</c>; with --processes the receiving system is in another process.</remarks>
internal static class RemoteBench
{
    private const int Window = 50_000;

    private const string Settings = """
        akka {
          actor.provider = remote
          loglevel = WARNING
          stdout-loglevel = WARNING
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """;

    public static async Task<int> Run(string[] args)
    {
        if (args is ["serve"])
        {
            return await Serve();
        }

        var runs = Option(args, "--runs", 5);
        var messages = Option(args, "--messages", 2_000_000);
        var roundTrips = Option(args, "--round-trips", 20_000);
        using var client = ActorSystem.Create("client", ConfigurationFactory.ParseString(Settings));
        Process? process = null;
        ActorSystem? server = null;
        string address;
        if (args.Contains("--processes"))
        {
            process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. SelfArguments(), "remote", "serve"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true })!;
            address = (await process.StandardOutput.ReadLineAsync())!;
        }
        else
        {
            server = ActorSystem.Create("server", ConfigurationFactory.ParseString(Settings));
            StartActors(server);
            address = ((ExtendedActorSystem)server).Provider.DefaultAddress.ToString();
        }

        var sink = await client.ActorSelection($"{address}/user/sink").ResolveOne(TimeSpan.FromSeconds(10));
        var echo = await client.ActorSelection($"{address}/user/echo").ResolveOne(TimeSpan.FromSeconds(10));

        // Warm up.
        await OneWay(client, sink, messages / 4);
        await RoundTrips(client, echo, 2000);
        var rates = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            rates.Add(await OneWay(client, sink, messages));
        }

        var p50 = new List<double>();
        var p99 = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            var times = await RoundTrips(client, echo, roundTrips);
            p50.Add(Medians.Percentile(times, 0.5));
            p99.Add(Medians.Percentile(times, 0.99));
        }

        Console.WriteLine($"one way, 64 bytes: {Medians.Text(Medians.Median(rates) / 1e6, "F3")} M messages/s (runs: {string.Join(' ', rates.Select(r => Medians.Text(r / 1e6, "F3")))})");
        Console.WriteLine($"round trip: p50 {Medians.Text(Medians.Median(p50))} us, p99 {Medians.Text(Medians.Median(p99))} us (p50 of the runs: {string.Join(' ', p50.Select(t => Medians.Text(t)))})");
        await client.Terminate();
        if (server is not null)
        {
            await server.Terminate();
        }

        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        return 0;
    }

    private static async Task<int> Serve()
    {
        using var server = ActorSystem.Create("server", ConfigurationFactory.ParseString(Settings));
        StartActors(server);
        Console.WriteLine(((ExtendedActorSystem)server).Provider.DefaultAddress);
        await Console.In.ReadToEndAsync();
        await server.Terminate();
        return 0;
    }

    private static void StartActors(ActorSystem server)
    {
        server.ActorOf(Props.Create<Sink>(), "sink");
        server.ActorOf(Props.Create<Echo>(), "echo");
    }

    private static async Task<double> OneWay(ActorSystem client, IActorRef sink, int messages)
    {
        var done = new TaskCompletionSource<TimeSpan>();
        client.ActorOf(Props.Create(() => new Source(sink, messages, done)));
        return messages / (await done.Task).TotalSeconds;
    }

    private static async Task<double[]> RoundTrips(ActorSystem client, IActorRef echo, int count)
    {
        var done = new TaskCompletionSource<double[]>();
        client.ActorOf(Props.Create(() => new Pinger(echo, count, done)));
        var times = await done.Task;
        Array.Sort(times);
        return times;
    }

    private static int Option(string[] args, string name, int value)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : value;
    }

    private static string[] SelfArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

    /// <summary>Counts messages; acknowledges every tenth of the window.</summary>
    private sealed class Sink : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is int)
            {
                _count = 0;
                Sender.Tell(0, Self);
            }
            else if (++_count % (Window / 10) == 0)
            {
                Sender.Tell(_count, Self);
            }
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Source(IActorRef sink, int messages, TaskCompletionSource<TimeSpan> done) : UntypedActor
    {
        private readonly byte[] _payload = new byte[64];
        private readonly Stopwatch _watch = new();
        private int _sent;

        protected override void PreStart() => sink.Tell(-1, Self);

        protected override void OnReceive(object message)
        {
            var acknowledged = (int)message;
            if (acknowledged == 0)
            {
                _watch.Start();
            }

            if (acknowledged >= messages)
            {
                done.SetResult(_watch.Elapsed);
                Context.Stop(Self);
                return;
            }

            for (; _sent < Math.Min(messages, acknowledged + Window); _sent++)
            {
                sink.Tell(_payload, Self);
            }
        }
    }

    private sealed class Pinger(IActorRef echo, int count, TaskCompletionSource<double[]> done) : UntypedActor
    {
        private readonly double[] _times = new double[count];
        private readonly byte[] _payload = new byte[64];
        private long _sentAt;
        private int _done;

        protected override void PreStart() => Ping();

        protected override void OnReceive(object message)
        {
            _times[_done++] = Stopwatch.GetElapsedTime(_sentAt).TotalMicroseconds;
            if (_done == _times.Length)
            {
                done.SetResult(_times);
                Context.Stop(Self);
            }
            else
            {
                Ping();
            }
        }

        private void Ping()
        {
            _sentAt = Stopwatch.GetTimestamp();
            echo.Tell(_payload, Self);
        }
    }
}
