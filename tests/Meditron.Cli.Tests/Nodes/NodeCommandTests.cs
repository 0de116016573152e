using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Nodes;

/// <summary>Nodes as real processes over loopback.</summary>
public class NodeCommandTests
{
    [Fact]
    public void Nodes_join_are_looked_into_and_leave_by_command_or_by_signal_with_code_0()
    {
        using var first = NodeProcess.Start("akka.cluster.roles=[seed]");
        Assert.Equal($"{first.Address} is up\n", CliProcess.Run("cmd", first.Cmd, "cluster", "join", first.Address).Succeeds().Output);
        using var second = NodeProcess.Start($"akka.cluster.seed-nodes=[\"{first.Address}\"]", "akka.cluster.roles=[worker]");
        using var third = NodeProcess.Start($"akka.cluster.seed-nodes=[\"{first.Address}\"]");
        foreach (var node in new[] { second, third })
        {
            node.WaitFor("Welcome from");
        }

        // The one that welcomes a node need not have heard of the other yet.
        var watch = Stopwatch.StartNew();
        string show;
        do
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), "the three nodes do not see each other");
            show = CliProcess.Run("cmd", third.Cmd, "cluster", "show").Succeeds().Output;
        }
        while (!show.Contains("Count: 3 nodes", StringComparison.Ordinal));
        Assert.Contains($"{second.Address} | [worker] | ", show, StringComparison.Ordinal);
        Assert.Contains($"{second.Address}/system/cmd\n", CliProcess.Run("cmd", first.Cmd, "actor", "hierarchy", "-s", $"{second.Address}/system", "-d", "1").Succeeds().Output, StringComparison.Ordinal);

        Assert.Equal($"{third.Address} has left\n", CliProcess.Run("cmd", third.Cmd, "cluster", "leave").Succeeds().Output);
        Assert.Equal((0, ""), third.WaitForEnd());
        second.Signal("TERM");
        var (code, error) = second.WaitForEnd();
        Assert.Equal(0, code);
        Assert.Equal("meditron: leaving the cluster and ending; press Ctrl-C again to stop at once.\n", error);
        first.WaitFor($@"{System.Text.RegularExpressions.Regex.Escape(second.Address)} has ended");
        first.Signal("INT");
        Assert.Equal(0, first.WaitForEnd().ExitCode);
    }

    [Fact]
    public void A_node_that_is_declared_dead_ends_with_code_9()
    {
        using var first = NodeProcess.Start();
        CliProcess.Run("cmd", first.Cmd, "cluster", "join", first.Address).Succeeds();
        using var second = NodeProcess.Start($"akka.cluster.seed-nodes=[\"{first.Address}\"]");
        second.WaitFor("Welcome from");

        CliProcess.Run("cmd", first.Cmd, "cluster", "down", second.Address.Split('@')[1]).Succeeds();

        var (code, error) = second.WaitForEnd();
        Assert.Equal(ExitCodes.Downed, code);
        Assert.Contains("meditron: the node was declared dead", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka.remote.secret=right", "akka.remote.secret=wrong", "secret")]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy=keep-majority", "akka.cluster.split-brain-resolver.active-strategy=keep-oldest", "active-strategy")]
    public void A_node_that_is_refused_says_why_with_code_8(string ofCluster, string ofNode, string why)
    {
        using var first = NodeProcess.Start(ofCluster);
        CliProcess.Run("cmd", first.Cmd, "cluster", "join", first.Address).Succeeds();

        using var second = NodeProcess.Start($"akka.cluster.seed-nodes=[\"{first.Address}\"]", ofNode, "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes=10s");

        var (code, error) = second.WaitForEnd();
        Assert.Equal(ExitCodes.Cluster, code);
        Assert.Contains("meditron: the node has not become a member of the cluster: ", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_seed_does_not_answer_says_so_with_code_8()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        using var node = NodeProcess.Start($"akka.cluster.seed-nodes=[\"akka.tcp://meditron@127.0.0.1:{port}\"]", "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes=8s");

        var (code, error) = node.WaitForEnd();
        Assert.Equal(ExitCodes.Cluster, code);
        Assert.Contains("nobody listens there", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.port")]
    [InlineData("meditron.cmd.port")]
    public void A_node_whose_port_is_taken_says_which_with_code_8(string key)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var node = NodeProcess.Start($"{key}={port}");

        var (code, error) = node.WaitForEnd();
        Assert.Equal(ExitCodes.Cluster, code);
        Assert.Contains($"127.0.0.1:{port}: the port is in use", error, StringComparison.Ordinal);
        Assert.Contains(key, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meditron.cmd.prot=1", "meditron.cmd.prot is not a known key. Did you mean port?")]
    [InlineData("meditron.node.sytem=x", "The nearest one is meditron.node.system.")]
    [InlineData("meditron.node.system=-x", "meditron.node.system")]
    [InlineData("meditron.cmd.host=0.0.0.0", "akka.remote.secret is empty")]
    [InlineData("akka.cluster.seed-nodes=[nonsense]", "akka.cluster.seed-nodes holds \"nonsense\", which is not the address of a node")]
    [InlineData("akka.cluster.gossip-interval=0s", "akka.cluster.gossip-interval is 0s; allowed is a time above 0.")]
    public void A_wrong_setting_is_code_3(string setting, string message)
    {
        using var node = NodeProcess.Start(setting);

        var (code, error) = node.WaitForEnd();
        Assert.Equal(ExitCodes.Configuration, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
