using System.Security.Cryptography;
using Meditron.ActorNode.Driver;
using Meditron.Actors.Cluster;
using Meditron.Testing;
using Meditron.Testing.Networks;
using Meditron.Testing.Processes;

namespace Meditron.Actors.MultiNode.Tests.Clusters;

/// <summary>
/// A cluster of processes on this machine. Each node has an address of its own, a loopback address or a host in a network of namespaces, so that
/// its port is known beforehand and can be taken again.
/// </summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private const int Port = 4053;

    private readonly TemporaryFolder _folder = new();
    private readonly List<ClusterNode> _nodes = [];
    private readonly NamespaceNetwork? _network;
    private readonly string _loopback = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(0, 256)}";
    private readonly string _settings;
    private readonly int[] _seeds;
    private int _files;

    private string Token => _folder.File("token.db");

    /// <summary>Prepares a cluster.</summary>
    /// <param name="settings">Settings of all its nodes, in HOCON.</param>
    /// <param name="seeds">The numbers of the seed nodes, in order.</param>
    public ProcessCluster(string settings = "", params int[] seeds)
        : this(null, settings, seeds)
    {
    }

    /// <summary>Prepares a cluster in a network of namespaces.</summary>
    public ProcessCluster(NamespaceNetwork? network, string settings, params int[] seeds)
    {
        _network = network;
        _settings = settings;
        _seeds = seeds.Length == 0 ? [1, 2] : seeds;
    }

    /// <summary>The address of a node; numbers are in the order of the addresses, so that of all members the lowest number leads.</summary>
    public string AddressOf(int number) => $"akka.tcp://spec@{HostOf(number)}:{Port}";

    /// <summary>Starts the process of a node and its actor system, which joins by the seed nodes.</summary>
    public async Task<ClusterNode> Start(int number, string settings = "", string? name = null)
    {
        var node = Launch(number, name ?? $"{number}");
        await node.Start(WriteConfiguration(number, settings));
        return node;
    }

    /// <summary>Starts the process of a node and tells it to start its actor system, without waiting for that.</summary>
    public async Task<ClusterNode> Begin(int number, string settings = "")
    {
        var node = Launch(number, $"{number}");
        await node.Begin(WriteConfiguration(number, settings));
        return node;
    }

    /// <summary>Starts nodes 1, 2, ... and waits until all see all Up; the first seed node is the oldest and has the singleton.</summary>
    public async Task<ClusterNode[]> StartAll(int count)
    {
        var first = Start(_seeds[0]);
        var nodes = await Task.WhenAll(Enumerable.Range(1, count).Select(number => number == _seeds[0] ? first : Start(number)));
        await AllUp(nodes);
        await nodes[_seeds[0] - 1].StartsSingleton();
        return nodes;
    }

    /// <summary>Waits until all of these nodes see all of them Up.</summary>
    public static Task AllUp(params ClusterNode[] nodes) => AllSee(MemberStatus.Up, nodes, nodes);

    /// <summary>Waits until all observers see all subjects in a status.</summary>
    public static async Task AllSee(MemberStatus status, ClusterNode[] observers, params ClusterNode[] subjects)
    {
        foreach (var observer in observers)
        {
            foreach (var subject in subjects)
            {
                await observer.Sees(status, subject);
            }
        }
    }

    /// <summary>Waits for something at whichever node it comes first.</summary>
    public static async Task<T> Any<T>(ClusterNode[] nodes, Func<ClusterNode, Task<T>> happens) => await await Task.WhenAny(nodes.Select(happens));

    /// <summary>Where there were two singletons at once, in words; null if nowhere.</summary>
    public string? FindTwoSingletons() => TokenHistory.FindTwoAtOnce(TokenHistory.Read(Token), [.. _nodes.Where(n => n.WasForced).Select(n => n.Uid)]);

    /// <summary>Asserts that there were never two singletons at once, and gives what they have written.</summary>
    public IReadOnlyList<TokenWrite> NeverTwoSingletons()
    {
        var found = FindTwoSingletons();
        var writes = TokenHistory.Read(Token);
        Assert.True(found is null, $"Two singletons at once, {found}:\n{string.Join('\n', writes.Where(w => w.What != "beat" || !w.Held))}");
        return writes;
    }

    /// <summary>Stops a process in a moment in which its singleton does not hold the lock of the table, where it would keep all others out.</summary>
    public void Freeze(ClusterNode node)
    {
        node.Send(Signal.Stop);
        while (TokenHistory.IsLocked(Token))
        {
            node.Send(Signal.Continue);
            node.Send(Signal.Stop);
        }
    }

    private string WriteConfiguration(int number, string settings)
    {
        var file = _folder.File($"{number}-{Interlocked.Increment(ref _files)}.conf");
        File.WriteAllText(file, $$"""
            include "{{Path.Combine(RepositoryPaths.Root, "hocon", "cluster-recommended.conf")}}"
            actor-node { system = spec, folder = "{{_folder.Path}}", token = "{{Token}}" }
            akka {
              loglevel = WARNING
              stdout-loglevel = OFF
              loggers = ["Meditron.ActorNode.LogReporter, Meditron.ActorNode"]
              actor.provider = cluster
              remote.secret = spec
              remote.dot-netty.tcp { hostname = "{{HostOf(number)}}", port = {{Port}} }
              # Only specs of what is silent ask for less: a node that waits for its turn on a loaded machine is not lost.
              cluster.failure-detector.acceptable-heartbeat-pause = 10s
              cluster.seed-nodes = [{{string.Join(", ", _seeds.Select(s => $"\"{AddressOf(s)}\""))}}]
            }
            {{_settings}}
            {{settings}}
            """);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }

    private ClusterNode Launch(int number, string name)
    {
        var node = ClusterNode.Launch(name, _network?.NamespaceOf(number));
        lock (_nodes)
        {
            _nodes.Add(node);
        }

        return node;
    }

    private string HostOf(int number) => _network is null ? $"{_loopback}.{number}" : NamespaceNetwork.AddressOf(number);
}
