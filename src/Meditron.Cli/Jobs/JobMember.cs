using System.Net.Sockets;
using Meditron.Cli.Nodes;
using Meditron.Cli.Palettes;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>A process of a job as a member of its cluster: starts the actor system, serves its commands, joins, and ends in order, each with what went wrong in words.</summary>
internal sealed class JobMember : IDisposable
{
    private const string SeedNodes = "akka.cluster.seed-nodes";

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly Config config;
    private readonly NodeWatch.Remembered remembered = new();
    private IDisposable? listed;

    private JobMember(ActorSystem system, Config config)
    {
        System = system;
        this.config = config;
        var watch = system.ActorOf(Props.Create(() => new NodeWatch(remembered)), "node-watch");
        system.EventStream.Subscribe(watch, typeof(Error));
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The address at which other machines reach a node of a configuration.</summary>
    public static string HostOf(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.GetString("akka.remote.dot-netty.tcp.public-hostname", "") is { Length: > 0 } name ? name : config.GetString("akka.remote.dot-netty.tcp.hostname", "127.0.0.1");
    }

    /// <summary>Its address in the cluster.</summary>
    public string Address => Cluster.Get(System).SelfAddress.ToString();

    /// <summary>Starts the system; it joins nobody yet.</summary>
    /// <param name="loaded">The node's configuration.</param>
    /// <param name="role">Its role in the cluster.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="NodeException">Its address or port cannot be bound.</exception>
    public static JobMember Start(LoadedSettings loaded, string role, RunFolder folder)
    {
        var merged = NodeConfiguration.Create(loaded, role, Path.Combine(folder.Path, "journal.db"));
        try
        {
            return new JobMember(LocalSystem.Create(merged), merged);
        }
        catch (ConfigurationException)
        {
            throw;
        }
        catch (Exception e) when (e is AkkaException || Chain(e).OfType<SocketException>().Any())
        {
            throw new NodeException(ExitCodes.Cluster, $"the node cannot start: {(Chain(e).LastOrDefault(each => each is AkkaException) ?? Chain(e).Last()).Message}", e);
        }
    }

    /// <summary>Serves its commands, those of the job included, and lists it in the run's folder.</summary>
    /// <param name="role">What it does.</param>
    /// <param name="coordinator">The job's coordinator, or a proxy of it.</param>
    /// <param name="job">The job.</param>
    /// <param name="slot">The slot of a worker that a launcher has started; else null.</param>
    public void Serve(string role, IActorRef coordinator, Job job, string? slot = null)
    {
        var endPoint = CommandService.Start(System, new TrainCommands(coordinator, job));
        listed = new JobNodes(job.Folder).Add(JobNode.Self(role, endPoint, Address, slot));
    }

    /// <summary>Joins the seed nodes of the configuration, else the cluster of other processes of the job.</summary>
    /// <param name="alone">Whether a node that knows nobody forms a cluster of its own.</param>
    /// <param name="members">Addresses of other processes of the job.</param>
    public void Join(bool alone, params IReadOnlyList<string> members)
    {
        var cluster = Cluster.Get(System);
        if (config.GetStringList(SeedNodes, []).Count > 0)
        {
            cluster.JoinSeedNodes(new ClusterSettings(config.WithFallback(System.Settings.Config), System.Name).SeedNodes);
        }
        else if (members.Count > 0)
        {
            cluster.JoinSeedNodes(members.Select(member => ActorPath.Parse($"{member}/").Address));
        }
        else if (alone)
        {
            cluster.Join(cluster.SelfAddress);
        }
        else
        {
            throw new ConfigurationException($"{SeedNodes} is empty, so this node knows no cluster to join. Give the address of the job's seed, as in -c '{SeedNodes}=[\"akka.tcp://{System.Name}@HOST:PORT\"]'.");
        }
    }

    /// <summary>Ends in order.</summary>
    public void End()
    {
        var shutdown = CoordinatedShutdown.Get(System);
        if (!System.WhenTerminated.IsCompleted)
        {
            shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            System.WhenTerminated.Wait(shutdown.TotalTimeout + Margin);
        }
    }

    /// <summary>Why the cluster ended this node; null where it was ended in order.</summary>
    public NodeException? Failure() => CoordinatedShutdown.Get(System).ShutdownReason switch
    {
        CoordinatedShutdown.ClusterJoinUnsuccessfulReason => new NodeException(
            ExitCodes.Cluster, $"the node has not become a member of the cluster of {string.Join(", ", config.GetStringList(SeedNodes, []))} ({SeedNodes}): {remembered.Last ?? "no seed node has let it in."}"),
        CoordinatedShutdown.ClusterDowningReason => new NodeException(
            ExitCodes.Downed, "the node was declared dead, by the other members or by itself on the losing side of a partition. Start it again, and it joins as a new one."),
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        listed?.Dispose();
        System.Dispose();
    }

    // The outer ones of a failed start only say that it failed.
    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (var each = e; each is not null; each = each.InnerException)
        {
            yield return each;
        }
    }
}
