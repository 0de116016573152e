using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class RefusalSpec
{
    private const string GiveUpSoon = "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes = 8s";

    [Fact]
    public async Task A_process_whose_seed_nodes_cannot_be_reached_says_so_and_exits_with_its_code()
    {
        await using var cluster = new ProcessCluster(GiveUpSoon);
        var node = await cluster.Start(3);
        var text = (await node.Logs("was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes")).Text!;
        Assert.Contains($"no answer from [{cluster.AddressOf(1)}, {cluster.AddressOf(2)}]", text);
        Assert.Contains($"Cannot connect with {cluster.AddressOf(1)}: nobody listens there", text);
        Assert.Equal("ClusterJoinUnsuccessfulReason", await node.ReasonOfEnd());
        Assert.Equal(ExitCodes.NotJoined, await node.Exited());
    }

    [Fact]
    public async Task A_process_with_the_wrong_secret_says_so_and_exits_with_its_code()
    {
        await using var cluster = new ProcessCluster("akka.remote.secret = first");
        var nodes = await cluster.StartAll(2);
        var stranger = await cluster.Start(3, $"akka.remote.secret = second, {GiveUpSoon}");
        var text = (await stranger.Logs("was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes")).Text!;
        Assert.Contains("has not proven the secret: its akka.remote.secret is another one", text);
        Assert.Equal("ClusterJoinUnsuccessfulReason", await stranger.ReasonOfEnd());
        Assert.Equal(ExitCodes.NotJoined, await stranger.Exited());
        Assert.Equal(2, (await nodes[0].State()).Members!.Count);
    }

    [Fact]
    public async Task A_process_with_other_settings_of_the_resolver_is_refused_by_name_of_the_setting()
    {
        await using var cluster = new ProcessCluster(Settings.ByHand);
        await cluster.StartAll(2);
        var other = await cluster.Start(3, """akka.cluster.downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster" """);
        await other.Logs("downing-provider-class");
        Assert.Equal(ExitCodes.NotJoined, await other.Exited());
    }

    [Fact]
    public async Task A_process_with_a_setting_out_of_range_says_which_and_exits_with_its_code()
    {
        await using var cluster = new ProcessCluster();
        var node = await cluster.Begin(1, "akka.cluster.gossip-interval = 0s");
        Assert.Contains("akka.cluster.gossip-interval", await node.ReasonOfEnd());
        Assert.Equal(ExitCodes.Configuration, await node.Exited());
    }

    [Fact]
    public async Task A_process_whose_port_is_taken_says_so_and_exits_with_its_code()
    {
        await using var cluster = new ProcessCluster();
        await cluster.Start(1);
        var second = await cluster.Begin(1);
        Assert.Contains("the port is in use", await second.ReasonOfEnd());
        Assert.Equal(ExitCodes.NotJoined, await second.Exited());
    }
}
