using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;

namespace Meditron.Actors.Cluster.Tests.Specs;

public class JoiningSpec
{
    [Fact]
    public async Task A_node_that_joins_itself_forms_a_cluster_and_is_its_leader()
    {
        await using var node = TestNode.Start("akka.cluster.roles = [worker]");
        Assert.Equal(MemberStatus.Removed, node.Cluster.SelfMember.Status);
        await node.Cluster.JoinAsync(node.Address).WaitAsync(TestNode.Deadline);
        Assert.True(node.Cluster.IsUp);
        await node.Sees<ClusterEvent.MemberUp>(node);
        Assert.Equal([MemberStatus.Joining, MemberStatus.Up], node.LifeOf(node));
        Assert.Equal(node.Address, (await node.Recorder.WaitFor<ClusterEvent.LeaderChanged>()).Leader);
        Assert.Equal(node.Address, (await node.Recorder.WaitFor<ClusterEvent.RoleLeaderChanged>(e => e.Role == "worker")).Leader);
        Assert.Equal(node.Address, node.Cluster.State.Leader);
        Assert.Equal(node.Address, node.Cluster.State.RoleLeader("worker"));
        Assert.Equal(1, node.Cluster.SelfMember.UpNumber);
    }

    [Fact]
    public async Task Three_nodes_see_each_other_up_with_ages_in_the_order_of_joining()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        foreach (var node in nodes)
        {
            Assert.Equal(3, node.Cluster.State.Members.Count);
            var ages = node.Cluster.State.Members.Order(Member.AgeOrdering).Select(m => m.UniqueAddress);
            Assert.Equal(nodes.Select(n => n.Node), ages);
            var leader = nodes.Select(n => n.Address).Order(Member.AddressOrdering).First();
            await node.Recorder.WaitFor<ClusterEvent.LeaderChanged>(e => leader.Equals(e.Leader));
            Assert.Equal(leader, node.Cluster.State.Leader);
        }
    }

    [Fact]
    public async Task Seed_nodes_form_one_cluster_without_waiting_for_whole_periods()
    {
        // Ports are known only once the systems run, so the seeds are given by hand; periods that were waited for would end long after the test.
        const string LongPeriods = """
            akka.cluster { seed-node-timeout = 1h, periodic-tasks-initial-delay = 1s, gossip-interval = 1s, leader-actions-interval = 1s }
            """;
        await using var a = TestNode.Start(LongPeriods);
        await using var b = TestNode.Start(LongPeriods);
        await using var c = TestNode.Start(LongPeriods);
        Address[] seeds = [a.Address, b.Address, c.Address];
        c.Cluster.JoinSeedNodes(seeds);
        b.Cluster.JoinSeedNodes(seeds);
        a.Cluster.JoinSeedNodes(seeds);
        await TestNode.AllUp(a, b, c);
        Assert.Equal(a.Node, a.Cluster.State.Members.Order(Member.AgeOrdering).First().UniqueAddress);
    }

    [Fact]
    public async Task The_first_seed_node_forms_a_cluster_alone_when_nobody_answers()
    {
        await using var a = TestNode.Start("akka.cluster.seed-node-timeout = 300ms");
        a.Cluster.JoinSeedNodes([a.Address, a.Address.WithPort(1)]);
        await a.Sees<ClusterEvent.MemberUp>(a);
    }

    [Fact]
    public async Task A_seed_node_that_is_not_the_first_never_forms_a_cluster()
    {
        await using var a = TestNode.Start("akka.cluster { seed-node-timeout = 100ms, shutdown-after-unsuccessful-join-seed-nodes = 1s }");
        a.Cluster.JoinSeedNodes([a.Address.WithPort(1), a.Address]);
        await a.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Empty(a.Recorder.Events.OfType<ClusterEvent.MemberUp>());
        Assert.Same(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance, CoordinatedShutdown.Get(a.System).ShutdownReason);
    }

    [Fact]
    public async Task Unreachable_seeds_end_the_system_and_fail_the_join()
    {
        await using var a = TestNode.Start("akka.cluster { seed-node-timeout = 200ms, shutdown-after-unsuccessful-join-seed-nodes = 1s }");
        var error = await Assert.ThrowsAsync<ClusterJoinFailedException>(
            () => a.Cluster.JoinSeedNodesAsync([a.Address.WithPort(1)]).WaitAsync(TestNode.Deadline));
        Assert.Contains(a.Address.ToString(), error.Message);
        await a.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.True(a.Cluster.IsTerminated);
    }

    [Fact]
    public async Task A_node_of_another_configuration_is_refused_and_ends()
    {
        await using var a = TestNode.Start();
        await using var b = TestNode.Start("akka.cluster.downing-provider-class = \"Akka.Cluster.NoDowning, Akka.Cluster\"");
        await TestNode.Join(a);
        b.Cluster.Join(a.Address);
        await b.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance, CoordinatedShutdown.Get(b.System).ShutdownReason);
        Assert.Single(a.Cluster.State.Members);
    }

    [Fact]
    public async Task A_node_of_another_configuration_is_refused_by_seed_nodes()
    {
        await using var a = TestNode.Start();
        await using var b = TestNode.Start("akka.cluster.downing-provider-class = \"Akka.Cluster.NoDowning, Akka.Cluster\"");
        await TestNode.Join(a);
        b.Cluster.JoinSeedNodes([a.Address]);
        await b.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance, CoordinatedShutdown.Get(b.System).ShutdownReason);
    }

    [Fact]
    public async Task The_check_of_the_configuration_can_be_turned_off()
    {
        const string Off = "akka.cluster.configuration-compatibility-check.enforce-on-join = off\n";
        await using var a = TestNode.Start(Off);
        await using var b = TestNode.Start(Off + "akka.cluster.downing-provider-class = \"Akka.Cluster.NoDowning, Akka.Cluster\"");
        await TestNode.Join(a);
        b.Cluster.JoinSeedNodes([a.Address]);
        await TestNode.AllUp(a, b);
    }

    [Fact]
    public async Task Nobody_is_up_before_there_are_enough_members()
    {
        const string Two = "akka.cluster { min-nr-of-members = 2, roles = [worker], role.worker.min-nr-of-members = 2 }";
        await using var a = TestNode.Start(Two);
        await using var b = TestNode.Start(Two);
        a.Cluster.Join(a.Address);
        await a.Sees<ClusterEvent.MemberJoined>(a);
        Assert.Equal(MemberStatus.Joining, a.Cluster.SelfMember.Status);
        b.Cluster.Join(a.Address);
        await TestNode.AllUp(a, b);
        Assert.Equal([1, 2], a.Cluster.State.Members.Select(m => m.UpNumber).Order());
    }

    [Fact]
    public async Task Join_is_repeated_until_a_member_is_there()
    {
        await using var a = TestNode.Start();
        await using var b = TestNode.Start("akka.cluster.retry-unsuccessful-join-after = 200ms");
        b.Cluster.Join(a.Address);
        await TestNode.Join(a);
        await TestNode.AllUp(a, b);
    }

    [Fact]
    public async Task Callbacks_run_when_this_node_is_up_and_when_it_is_removed()
    {
        await using var a = TestNode.Start();
        var up = new TaskCompletionSource();
        var removed = new TaskCompletionSource();
        a.Cluster.RegisterOnMemberUp(up.SetResult);
        a.Cluster.RegisterOnMemberRemoved(removed.SetResult);
        await TestNode.Join(a);
        await up.Task.WaitAsync(TestNode.Deadline);
        var again = new TaskCompletionSource();
        a.Cluster.RegisterOnMemberUp(again.SetResult);
        Assert.True(again.Task.IsCompleted);
        Assert.False(removed.Task.IsCompleted);
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        await removed.Task.WaitAsync(TestNode.Deadline);
    }

    [Fact]
    public async Task Path_of_a_local_actor_is_given_as_other_nodes_write_it()
    {
        await using var a = TestNode.Start();
        var actor = a.System.ActorOf(a.Recorder.Props, "someone");
        Assert.Equal($"{a.Address}/user/someone", a.Cluster.RemotePathOf(actor).ToString());
    }

    [Fact]
    public async Task Roles_and_versions_are_known_to_all()
    {
        await using var a = TestNode.Start("akka.cluster { roles = [worker, seed], app-version = \"1.2.0\" }");
        await using var b = TestNode.Start("akka.cluster { roles = [loader], app-version = \"1.3.0\" }");
        await TestNode.Join(a, b);
        var other = b.Cluster.State.Members.Single(m => m.UniqueAddress.Equals(a.Node));
        Assert.True(other.HasRole("seed"));
        Assert.Equal("1.2.0", other.AppVersion.Version);
        Assert.Equal(["loader", "seed", "worker"], b.Cluster.State.AllRoles.Order());
        Assert.True(b.Cluster.State.HasMoreThanOneAppVersion);
        Assert.Equal(b.Address, a.Cluster.State.RoleLeader("loader"));
    }
}
