using System.Diagnostics;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence;
using Meditron.Testing;

namespace Meditron.ActorBench;

/// <summary>Events of 100 bytes persisted by one actor without waiting, by many actors one at a time each, and by one actor one at a time; and their recovery.</summary>
/// <remarks><c>persist [memory|sqlite|postgres] [--runs 5] [--events 100000] [--actors 500]</c>; PostgreSQL is a private server, with durable commits.</remarks>
internal static class PersistBench
{
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(2);

    public static async Task<int> Run(string[] args)
    {
        var stores = args.Where(arg => arg is "memory" or "sqlite" or "postgres").ToArray();
        foreach (var store in stores.Length == 0 ? ["memory", "sqlite", "postgres"] : stores)
        {
            await Measure(store, Option(args, "--runs", 5), Option(args, "--events", 100_000), Option(args, "--actors", 500));
        }

        return 0;
    }

    private static async Task Measure(string store, int runs, int events, int actors)
    {
        using var folder = new TemporaryFolder();
        using var server = store == "postgres" ? new PostgresServer("fsync=on", "synchronous_commit=on") : null;
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString(Settings(store, folder, server)));
        var run = 0;
        await Median.Print($"{store}: one actor, PersistAsync", "events/s", runs, () => Pipelined(system, $"one-{run++}", events));
        await Median.Print($"{store}: {actors} actors, Persist one at a time", "events/s", runs, () => OneAtATime(system, $"many-{run++}", actors, events / actors));
        await Median.Print($"{store}: recovery of {events} events", "events/s", runs, () => Recover(system, "one-0", events));
        await Latency(system, store, 2000, run);
        await system.Terminate();
    }

    private static async Task<double> Pipelined(ActorSystem system, string id, int events)
    {
        var done = new TaskCompletionSource();
        var actor = system.ActorOf(Props.Create(() => new Writer(id, done)));
        await actor.Ask<string>("ready", _deadline);
        var watch = Stopwatch.StartNew();
        actor.Tell(new Pipelining(events));
        await done.Task.WaitAsync(_deadline);
        var rate = events / watch.Elapsed.TotalSeconds;
        await actor.GracefulStop(_deadline);
        return rate;
    }

    private static async Task<double> OneAtATime(ActorSystem system, string id, int actors, int events)
    {
        var promises = Enumerable.Range(0, actors).Select(_ => new TaskCompletionSource()).ToArray();
        var writers = promises.Select((done, i) => system.ActorOf(Props.Create(() => new Writer($"{id}-{i}", done)))).ToArray();
        await Task.WhenAll(writers.Select(writer => writer.Ask<string>("ready", _deadline)));
        var watch = Stopwatch.StartNew();
        foreach (var writer in writers)
        {
            writer.Tell(new OneByOne(events));
        }

        await Task.WhenAll(promises.Select(done => done.Task)).WaitAsync(_deadline);
        var rate = actors * (double)events / watch.Elapsed.TotalSeconds;
        await Task.WhenAll(writers.Select(writer => writer.GracefulStop(_deadline)));
        return rate;
    }

    private static async Task<double> Recover(ActorSystem system, string id, int events)
    {
        var watch = Stopwatch.StartNew();
        var actor = system.ActorOf(Props.Create(() => new Writer(id, new TaskCompletionSource())));
        await actor.Ask<string>("ready", _deadline);
        var rate = events / watch.Elapsed.TotalSeconds;
        await actor.GracefulStop(_deadline);
        return rate;
    }

    private static async Task Latency(ActorSystem system, string store, int events, int run)
    {
        var actor = system.ActorOf(Props.Create(() => new Writer($"latency-{run}", new TaskCompletionSource())));
        var times = new List<double>();
        for (var i = 0; i < events; i++)
        {
            var watch = Stopwatch.GetTimestamp();
            await actor.Ask<string>(i.ToString("D100"), _deadline);
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMicroseconds);
        }

        Console.WriteLine($"{store + ": ask that persists one event",-44} p50 {Medians.Text(Median.Percentile(times.Skip(events / 10), 50))} us, p99 {Medians.Text(Median.Percentile(times.Skip(events / 10), 99))} us");
        await actor.GracefulStop(_deadline);
    }

    private static string Settings(string store, TemporaryFolder folder, PostgresServer? server)
    {
        var sql = store switch
        {
            "sqlite" => $"provider-name = \"SQLite.MS\", connection-string = \"Data Source={folder.File("bench.db")}\"",
            "postgres" => $"provider-name = \"PostgreSQL.15\", connection-string = \"{server!.ConnectionString()}\"",
            _ => "",
        };
        return $$"""
            akka {
              loglevel = WARNING
              persistence {
                journal { plugin = "akka.persistence.journal.{{(store == "memory" ? "inmem" : "sql")}}", sql { {{sql}} } }
                snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
              }
            }
            """;
    }

    private static int Option(string[] args, string name, int value)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 ? value : int.Parse(args[at + 1]);
    }

    private sealed record Pipelining(int Events) : INoSerializationVerificationNeeded;

    private sealed record OneByOne(int Events) : INoSerializationVerificationNeeded;

    private sealed class Writer : ReceivePersistentActor
    {
        private static readonly string _event = new('e', 100);

        public Writer(string persistenceId, TaskCompletionSource done)
        {
            PersistenceId = persistenceId;
            Recover<string>(_ => { });
            Command<string>(text => text == "ready", text => Sender.Tell(text));
            Command<string>(text => Persist(text, each => Sender.Tell(each)));
            Command<Pipelining>(all =>
            {
                var left = all.Events;
                for (var i = 0; i < all.Events; i++)
                {
                    PersistAsync(_event, _ =>
                    {
                        if (--left == 0)
                        {
                            done.SetResult();
                        }
                    });
                }
            });
            Command<OneByOne>(all => Persist(_event, _ =>
            {
                if (all.Events == 1)
                {
                    done.SetResult();
                }
                else
                {
                    Self.Tell(new OneByOne(all.Events - 1));
                }
            }));
        }

        public override string PersistenceId { get; }
    }
}
