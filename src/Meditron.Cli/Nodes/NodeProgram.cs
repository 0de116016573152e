using System.Globalization;
using System.Net.Sockets;
using Serilog;

namespace Meditron.Cli.Nodes;

/// <summary>Runs one node from its start to its end.</summary>
internal sealed class NodeProgram(Config config, CliContext context)
{
    private const string LogTemplate = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fff} {Level:u3} [{LogSource}] {Message:lj}{NewLine}{Exception}";

    private const string SeedNodes = "akka.cluster.seed-nodes";

    // What an orderly end may take beyond the phases of the shutdown.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Starts the node, waits for its end and says what it was.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="NodeException">It could not start or join, or was removed.</exception>
    public int Run()
    {
        var settings = NodeSettings.Read(config);
        Log.Logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(outputTemplate: LogTemplate, formatProvider: CultureInfo.InvariantCulture).CreateLogger();
        try
        {
            using var system = Start(settings);
            var remembered = new NodeWatch.Remembered();
            var watch = system.ActorOf(Props.Create(() => new NodeWatch(remembered)), "node-watch");
            system.EventStream.Subscribe(watch, typeof(Error));
            CommandService.Start(system);
            Join(system);
            return WaitForEnd(system, remembered);
        }
        finally
        {
            Log.CloseAndFlush();
        }
    }

    private ActorSystem Start(NodeSettings settings)
    {
        try
        {
            // It joins once it can be looked into, and what it logs then is remembered.
            return ActorSystem.Create(settings.System, ConfigurationFactory.ParseString($"{SeedNodes} = []").WithFallback(config));
        }
        catch (ConfigurationException)
        {
            throw;
        }
        catch (Exception e) when (e is AkkaException || IsSocketFailure(e))
        {
            throw new NodeException(ExitCodes.Cluster, $"the node cannot start: {Deepest(e).Message}", e);
        }
    }

    private void Join(ActorSystem system)
    {
        if (!system.Settings.HasCluster || config.GetStringList(SeedNodes).Count == 0)
        {
            return;
        }

        try
        {
            Cluster.Get(system).JoinSeedNodes(new ClusterSettings(config.WithFallback(system.Settings.Config), system.Name).SeedNodes);
        }
        catch (ConfigurationException)
        {
            system.Terminate().Wait(Margin);
            throw;
        }
    }

    private int WaitForEnd(ActorSystem system, NodeWatch.Remembered remembered)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        using var told = new ManualResetEventSlim();
        using var registration = context.Cancellation.Register(told.Set);
        system.WhenTerminated.ContinueWith(_ => told.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        told.Wait(CancellationToken.None);
        if (!system.WhenTerminated.IsCompleted)
        {
            shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            if (!system.WhenTerminated.Wait(shutdown.TotalTimeout + Margin))
            {
                throw new NodeException(ExitCodes.Terminated, $"the node has not ended within {(shutdown.TotalTimeout + Margin).TotalSeconds:0} s of being told to; it is ended as it is.");
            }
        }

        return shutdown.ShutdownReason switch
        {
            CoordinatedShutdown.ClusterJoinUnsuccessfulReason => throw new NodeException(
                ExitCodes.Cluster, $"the node has not become a member of the cluster: {remembered.Last ?? "no seed node has let it in."}"),
            CoordinatedShutdown.ClusterDowningReason => throw new NodeException(
                ExitCodes.Downed, "the node was declared dead, by the other members or by itself on the losing side of a partition. Start it again, and it joins as a new one."),
            _ => ExitCodes.Ok,
        };
    }

    private static bool IsSocketFailure(Exception e) => Chain(e).OfType<SocketException>().Any();

    // The outer ones of a failed start only say that it failed.
    private static Exception Deepest(Exception e) => Chain(e).LastOrDefault(each => each is AkkaException) ?? Chain(e).Last();

    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (var each = e; each is not null; each = each.InnerException)
        {
            yield return each;
        }
    }
}
