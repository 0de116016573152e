using System.Diagnostics;
using System.Security.Cryptography;
using Meditron.ActorNode.Driver;
using Meditron.ActorNode.Protocol;

namespace Meditron.ActorBench;

/// <summary>A cluster of processes for the bench, each node on a loopback address of its own.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private const int Port = 4053;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meditron-bench-");
    private readonly string _network = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(0, 256)}";
    private readonly string _settings;
    private readonly string _token;
    private readonly ClusterNode?[] _nodes;

    /// <summary>Prepares a cluster.</summary>
    /// <param name="settings">What its nodes' configuration begins with.</param>
    /// <param name="size">How many nodes it has.</param>
    /// <param name="singleton">Whether they host a singleton.</param>
    public BenchCluster(string settings, int size, bool singleton)
    {
        _settings = settings;
        _nodes = new ClusterNode[size];
        _token = singleton ? Path.Combine(_folder.FullName, "token.db") : "";
    }

    /// <summary>The nodes that live.</summary>
    public IEnumerable<ClusterNode> Nodes => _nodes.OfType<ClusterNode>();

    /// <summary>Starts all processes; their actor systems start as soon as each process runs.</summary>
    public void Launch()
    {
        for (var number = 1; number <= _nodes.Length; number++)
        {
            LaunchOne(number).Tell($"start {WriteConfiguration(number)}");
        }
    }

    /// <summary>Starts all processes and waits until they run, then starts their actor systems together; the time of that.</summary>
    public async Task<long> LaunchTogether()
    {
        for (var number = 1; number <= _nodes.Length; number++)
        {
            LaunchOne(number);
            WriteConfiguration(number);
        }

        foreach (var node in Nodes)
        {
            await node.Events.WaitFor(e => e.Kind == NodeEventKind.Ready, "that it is ready", ClusterNode.Deadline);
        }

        var start = Stopwatch.GetTimestamp();
        for (var number = 1; number <= _nodes.Length; number++)
        {
            _nodes[number - 1]!.Tell($"start {FileOf(number)}");
        }

        return start;
    }

    /// <summary>Waits until all nodes see all Up; the time when the last of them saw the last.</summary>
    public async Task<long> AllUp()
    {
        foreach (var node in Nodes)
        {
            await node.Started();
        }

        var last = 0L;
        foreach (var node in Nodes)
        {
            foreach (var other in Nodes)
            {
                last = Math.Max(last, (await node.Sees(Actors.Cluster.MemberStatus.Up, other)).At);
            }
        }

        return last;
    }

    /// <summary>Ends a node by SIGKILL; the time of that.</summary>
    public async Task<long> Kill(ClusterNode node)
    {
        var at = Stopwatch.GetTimestamp();
        node.Send(Testing.Processes.Signal.Kill);
        _nodes[Array.IndexOf(_nodes, node)] = null;
        await node.DisposeAsync();
        return at;
    }

    /// <summary>Starts the nodes again that were killed, and waits until all see them Up.</summary>
    public async Task Replace()
    {
        for (var number = 1; number <= _nodes.Length; number++)
        {
            if (_nodes[number - 1] is null)
            {
                LaunchOne(number).Tell($"start {FileOf(number)}");
            }
        }

        await AllUp();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private ClusterNode LaunchOne(int number) => _nodes[number - 1] = ClusterNode.Launch($"{number}");

    private string FileOf(int number) => Path.Combine(_folder.FullName, $"{number}.conf");

    private string WriteConfiguration(int number)
    {
        File.WriteAllText(FileOf(number), $$"""
            {{_settings}}
            actor-node { system = bench, token = "{{_token}}" }
            akka {
              loglevel = WARNING
              stdout-loglevel = OFF
              loggers = ["Meditron.ActorNode.LogReporter, Meditron.ActorNode"]
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "{{_network}}.{{number}}", port = {{Port}} }
              cluster.seed-nodes = [{{string.Join(", ", Enumerable.Range(1, _nodes.Length).Select(n => $"\"akka.tcp://bench@{_network}.{n}:{Port}\""))}}]
            }
            """);
        return FileOf(number);
    }
}
