using System.Diagnostics;
using System.Globalization;
using Meditron.ActorNode.Driver;
using Meditron.ActorNode.Protocol;

namespace Meditron.ActorBench;

/// <summary>Real processes on this machine: how long three nodes take to be Up by their seed nodes, and a singleton to run again after kill -9 of its node.</summary>
/// <remarks><c>cluster [form|failover] [recommended|defaults] [--runs 10]</c>, in the repository's folder: both questions and both configurations without words.</remarks>
internal static class ClusterBench
{
    private const int Nodes = 3;

    public static async Task<int> Run(string[] args)
    {
        var at = Array.IndexOf(args, "--runs");
        var runs = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 10;
        foreach (var (name, settings) in new[]
        {
            ("recommended", $"include \"{Path.GetFullPath("hocon/cluster-recommended.conf")}\""),
            ("defaults", """akka.cluster.downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster" """),
        })
        {
            if (Wanted(args, name, "recommended", "defaults") && Wanted(args, "form", "form", "failover"))
            {
                await Median.Print($"three nodes Up, from process start, {name}", "ms", runs, () => FormFromLaunch(settings));
                await Median.Print($"three nodes Up, processes running, {name}", "ms", runs, () => FormTogether(settings));
            }

            if (Wanted(args, name, "recommended", "defaults") && Wanted(args, "failover", "form", "failover"))
            {
                await using var cluster = new BenchCluster(settings, Nodes, singleton: true);
                cluster.Launch();
                await cluster.AllUp();
                await Median.Print($"singleton again after kill -9, {name}", "ms", runs, () => Failover(cluster));
            }
        }

        return 0;
    }

    private static bool Wanted(string[] args, string word, params string[] words) => args.Contains(word) || !args.Any(words.Contains);

    private static async Task<double> FormFromLaunch(string settings)
    {
        await using var cluster = new BenchCluster(settings, Nodes, singleton: false);
        cluster.Launch();
        var last = await cluster.AllUp();
        return Stopwatch.GetElapsedTime(cluster.Nodes.Min(n => n.LaunchedAt), last).TotalMilliseconds;
    }

    private static async Task<double> FormTogether(string settings)
    {
        await using var cluster = new BenchCluster(settings, Nodes, singleton: false);
        var start = await cluster.LaunchTogether();
        return Stopwatch.GetElapsedTime(start, await cluster.AllUp()).TotalMilliseconds;
    }

    /// <summary>Kills the singleton's node and waits until the singleton of another one has written its first token; then the node is replaced.</summary>
    private static async Task<double> Failover(BenchCluster cluster)
    {
        var owner = (await Task.WhenAny(cluster.Nodes.Select(RunsSingleton))).Result;
        var killed = await cluster.Kill(owner);
        var started = await (await Task.WhenAny(cluster.Nodes.Select(Starts)));
        await cluster.Replace();
        return Stopwatch.GetElapsedTime(killed, started.At).TotalMilliseconds;
    }

    private static async Task<ClusterNode> RunsSingleton(ClusterNode node)
    {
        await Starts(node);
        return node;
    }

    private static Task<NodeEvent> Starts(ClusterNode node) =>
        node.Events.WaitFor(e => e is { Kind: NodeEventKind.Singleton, Text: "start" }, "that its singleton starts", TimeSpan.FromMinutes(3));
}
