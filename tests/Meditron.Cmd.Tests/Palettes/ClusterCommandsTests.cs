using System.Text.RegularExpressions;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests.Palettes;

public class ClusterCommandsTests
{
    private const string Roles = "akka.cluster.roles = [worker]";

    [Fact]
    public async Task Show_lists_members_in_the_form_of_pbm()
    {
        await using var first = TestNode.Clustered("akka.cluster { roles = [seed], app-version = 1.2.3 }");
        await using var second = TestNode.Clustered("akka.cluster { roles = [worker, gpu], app-version = 1.2.3 }");
        await Form(first, second);

        var table = (await first.Run("cluster show")).Succeeds();

        Assert.Equal("Count: 2 nodes", table.Lines[^1]);
        Assert.Equal(
            new[] { $"{AddressOf(first)} | [seed] | up |  | 1.2.3", $"{AddressOf(second)} | [gpu, worker] | up |  | 1.2.3" }.Order(StringComparer.Ordinal),
            table.Lines[..^1].Order(StringComparer.Ordinal));
        Assert.Equal([$"{AddressOf(second)} | [gpu, worker] | up |  | 1.2.3", "Count: 1 node"], (await first.Run("cluster show -r worker")).Succeeds().Lines);
        Assert.Equal("Count: 0 nodes (no member has the role worcer; there are gpu, seed, worker)", (await first.Run("cluster show --role worcer")).Succeeds().Output);
    }

    [Fact]
    public async Task Status_is_that_of_the_node_itself()
    {
        await using var node = TestNode.Clustered(Roles);
        Assert.Contains("status       in no cluster", (await node.Run("cluster status")).Succeeds().Output, StringComparison.Ordinal);
        await Form(node);

        var status = (await node.Run("cluster status")).Succeeds().Lines;

        Assert.Equal($"address      {AddressOf(node)}", status[0]);
        Assert.Contains($"leader       {AddressOf(node)} (this node)", status);
        Assert.Contains("status       up", status);
        Assert.Contains("roles        [worker]", status);
        Assert.Contains("members      1 up", status);
        Assert.Contains("unreachable  none", status);
    }

    [Fact]
    public async Task Join_ends_once_the_node_is_a_member_and_is_refused_to_one_that_is()
    {
        await using var first = TestNode.Clustered();
        await using var second = TestNode.Clustered();
        Assert.Equal($"{AddressOf(first)} is up", (await first.Run($"cluster join {AddressOf(first)}")).Succeeds().Output);

        var hostAndPort = AddressOf(first).Split('@')[1];
        Assert.Equal($"{AddressOf(second)} is up", (await second.Run($"cluster join {hostAndPort}")).Succeeds().Output);

        (await second.Run($"cluster join {AddressOf(first)}")).Fails("is a member of a cluster already");
        Assert.Equal("Count: 2 nodes", (await second.Run("cluster show")).Succeeds().Lines[^1]);
    }

    [Theory]
    [InlineData("cluster join nonsense", "'nonsense' is no address of a node: expected is akka.tcp://train@HOST:PORT, or HOST:PORT.")]
    [InlineData("cluster join akka.tcp://other@127.0.0.1:1", "is of another system: the addresses of this cluster start with akka.tcp://train@.")]
    [InlineData("cluster down 127.0.0.1:1", "akka.tcp://train@127.0.0.1:1 is no member of this cluster.")]
    [InlineData("cluster leave 127.0.0.1:1", "akka.tcp://train@127.0.0.1:1 is no member of this cluster.")]
    public async Task A_wrong_address_is_refused_with_the_right_ones(string text, string message)
    {
        await using var node = TestNode.Clustered();
        await Form(node);

        (await node.Run(text)).Fails(message);
        Assert.Equal("No member is unreachable.", (await node.Run("cluster down-unreachable")).Succeeds().Output);
    }

    [Fact]
    public async Task A_node_in_no_cluster_has_nobody_to_leave_or_down()
    {
        await using var node = TestNode.Clustered();

        (await node.Run("cluster leave")).Fails("is no member: this node is in no cluster.");
        Assert.Equal("Count: 0 nodes", (await node.Run("cluster show")).Succeeds().Output);
    }

    [Fact]
    public async Task Leave_waits_until_a_member_has_left_be_it_another_or_the_node_itself()
    {
        await using var first = TestNode.Clustered();
        await using var second = TestNode.Clustered();
        await using var third = TestNode.Clustered();
        await Form(first, second, third);

        Assert.Equal($"{AddressOf(third)} has left", (await first.Run($"cluster leave {AddressOf(third)}")).Succeeds().Output);
        await third.System.WhenTerminated.InTime();
        Assert.Equal($"{AddressOf(second)} has left", (await second.Run("cluster leave")).Succeeds().Output);
        await second.System.WhenTerminated.InTime();

        // The one that has left knows it before the others do.
        await Observer.Retry(async () => (await first.Run("cluster show")).Succeeds().Lines[^1] == "Count: 1 node");
    }

    [Fact]
    public async Task Down_waits_until_the_member_is_removed_and_the_downed_node_ends()
    {
        await using var first = TestNode.Clustered();
        await using var second = TestNode.Clustered();
        await Form(first, second);

        Assert.Equal($"{AddressOf(second)} has been declared dead and removed", (await first.Run($"cluster down {AddressOf(second)}")).Succeeds().Output);

        await second.System.WhenTerminated.InTime();
    }

    [Fact]
    public async Task Down_unreachable_declares_dead_whoever_is_not_heard_of()
    {
        await using var first = TestNode.Clustered("akka.cluster.downing-provider-class = \"\"\nakka.cluster.failure-detector.acceptable-heartbeat-pause = 1 s");
        await using var second = TestNode.Clustered("akka.cluster.downing-provider-class = \"\"");
        await Form(first, second);
        var events = new Observer();
        var tail = (await first.Connect()).RunAsync(["cluster", "tail"], events.Tell, CancellationToken.None);
        ((ExtendedActorSystem)second.System).Abort();
        string line;
        do
        {
            line = await events.Next<string>();
        }
        while (!line.StartsWith("UnreachableMember", StringComparison.Ordinal));
        Assert.Equal($"UnreachableMember {AddressOf(second)} | [] | up | unreachable | {Regex.Match(line, @"[0-9.]+$").Value}", line);
        Assert.Contains($"{AddressOf(second)} | [] | up | unreachable | ", (await first.Run("cluster show")).Succeeds().Output, StringComparison.Ordinal);

        var downed = (await first.Run("cluster down-unreachable")).Succeeds();

        Assert.Equal($"{AddressOf(second)} has been declared dead and removed", downed.Output);
        Assert.False(tail.IsCompleted);
    }

    [Fact]
    public async Task Tail_streams_what_happens()
    {
        await using var first = TestNode.Clustered(Roles);
        await using var second = TestNode.Clustered();
        await Form(first);
        var events = new Observer();
        using var stop = new CancellationTokenSource();
        var run = (await first.Connect()).RunAsync(["cluster", "tail"], events.Tell, stop.Token);
        Assert.StartsWith($"MemberUp {AddressOf(first)} | [worker] | up | ", await events.Next<string>(), StringComparison.Ordinal);

        (await second.Run($"cluster join {AddressOf(first)}")).Succeeds();

        string line;
        do
        {
            line = await events.Next<string>();
        }
        while (!line.StartsWith($"MemberUp {AddressOf(second)} | [] | up | ", StringComparison.Ordinal));
        await stop.CancelAsync();
        Assert.Equal(Ended.Types.Status.Cancelled, (await run.InTime()).Status);
    }

    [Fact]
    public async Task A_system_without_a_cluster_cannot_serve_the_palette()
    {
        await using var node = TestNode.Local();

        Assert.Contains(
            "Set akka.actor.provider to cluster.", Assert.Throws<ConfigurationException>(() => node.Cmd.RegisterCommandPalette(ClusterCommands.Instance)).Message, StringComparison.Ordinal);
        Assert.Equal(3, node.Cmd.Palettes.Count);
    }

    private static string AddressOf(TestNode node) => Cluster.Get(node.System).SelfAddress.ToString();

    private static async Task Form(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            await Cluster.Get(node.System).JoinAsync(Cluster.Get(nodes[0].System).SelfAddress).InTime();
        }

        // Each must see all: being up oneself says nothing of the others.
        foreach (var node in nodes)
        {
            await Observer.Retry(async () => (await node.Run("cluster show")).Succeeds().Lines.Count(line => line.Contains("| up |", StringComparison.Ordinal)) == nodes.Length);
        }
    }
}
