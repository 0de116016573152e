using Meditron.Cmd.Palettes;

namespace Meditron.Cmd.Tests.Palettes;

public class ActorCommandsTests
{
    [Fact]
    public async Task Hierarchy_lists_sorted_paths_from_a_start_and_so_many_levels_deep()
    {
        await using var node = TestNode.Local();
        await Tree.Create(node.System);

        var all = (await node.Run("actor hierarchy")).Succeeds().Lines;
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        Assert.Contains("/system/cmd", all);
        Assert.Contains("/user/top/b/leaf-2", all);
        Assert.Equal(
            ["/user/top", "/user/top/a", "/user/top/a/leaf-1", "/user/top/a/leaf-2", "/user/top/b", "/user/top/b/leaf-1", "/user/top/b/leaf-2"],
            (await node.Run("actor hierarchy -s /user/top")).Succeeds().Lines);
        Assert.Equal(["/user/top", "/user/top/a", "/user/top/b"], (await node.Run("actor hierarchy -s user/top -d 1")).Succeeds().Lines);
        Assert.Equal(["/user", "/user/top"], (await node.Run("actor hierarchy --start /user/ --depth 1")).Succeeds().Lines);
        Assert.Equal(["/system", "/user"], (await node.Run("actor hierarchy -d 1")).Succeeds().Lines);
    }

    [Theory]
    [InlineData("actor hierarchy -s /user/tpo", "There is no actor at /user/tpo. Did you mean /user/top?")]
    [InlineData("actor hierarchy -d many", "The depth is 'many'; allowed is a whole number of 0 or more.")]
    [InlineData("actor hierarchy -d -1", "The depth is '-1'")]
    [InlineData("actor hierarchy -s akka.tcp://x", "'akka.tcp://x' is no path of an actor")]
    public async Task A_wrong_start_or_depth_is_refused(string text, string message)
    {
        await using var node = TestNode.Local();
        await Tree.Create(node.System);

        (await node.Run(text)).Fails(message);
    }

    [Fact]
    public async Task Hierarchy_of_another_node_comes_from_its_own_command_actor()
    {
        await using var here = TestNode.Clustered();
        await using var there = TestNode.Clustered();
        await Tree.Create(there.System);
        var address = Cluster.Get(there.System).SelfAddress.ToString();

        var paths = (await here.Run($"actor hierarchy -s {address}/user")).Succeeds().Lines;

        Assert.Equal($"{address}/user", paths[0]);
        Assert.Contains($"{address}/user/top/a/leaf-1", paths);
        Assert.Contains($"{address}/system/cluster/core/daemon", (await here.Run($"actor hierarchy -s {address}")).Succeeds().Lines);
        (await here.Run($"actor hierarchy -s {address}/user/pot")).Fails("There is no actor at /user/pot. Did you mean /user/top?");
    }

    [Fact]
    public async Task Many_actors_come_in_several_pages_and_each_once()
    {
        await using var node = TestNode.Local();
        for (var i = 0; i < 5000; i++)
        {
            node.System.ActorOf(Props.Create(() => new Tree.Leaf()), $"one-of-very-many-{i}");
        }

        var paths = (await node.Run("actor hierarchy -s /user")).Succeeds().Lines;

        Assert.Equal(5001, paths.Length);
        Assert.Equal(5001, paths.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
    }

    [Theory]
    [InlineData("""
        -> / RootGuardianRef X 0 messages
           -> system LocalActorRef X 0 messages
              -> cluster LocalActorRef X 0 messages
                 -> core LocalActorRef X 0 messages
              -> log LocalActorRef X 0 messages
           -> user LocalActorRef X 0 messages
              -> a LocalActorRef X 0 messages
        """)]
    [InlineData("""
        ->  RootGuardianActorRef X.GuardianActor status=0 2 children
           L-> system LocalActorRef X.SystemGuardianActor status=0 2 children
           |   L-> cluster RepointableActorRef X.ClusterDaemon status=0 1 children
           |       L-> core LocalActorRef X.ClusterCoreSupervisor status=0 No children
           |   L-> log RepointableActorRef X status=0 No children
           L-> user LocalActorRef X.GuardianActor status=0 1 children
               L-> a RepointableActorRef X status=0 No children
        """)]
    public void The_tree_that_either_engine_prints_is_read(string printed) => Assert.Equal(
        ["/system", "/system/cluster", "/system/cluster/core", "/system/log", "/user", "/user/a"], ActorTree.Paths(printed));

    private static class Tree
    {
        public static Task Create(ActorSystem system)
        {
            var top = system.ActorOf(Props.Create(() => new Branch("a", "b")), "top");
            return top.Ask<string>("there?").InTime();
        }

        public sealed class Leaf : ReceiveActor
        {
            public Leaf() => ReceiveAny(_ => { });
        }

        private sealed class Branch : ReceiveActor
        {
            public Branch(params string[] names)
            {
                foreach (var name in names)
                {
                    Context.ActorOf(name.StartsWith("leaf", StringComparison.Ordinal) ? Props.Create(() => new Leaf()) : Props.Create(() => new Branch("leaf-1", "leaf-2")), name);
                }

                // Answered only when the children are there too: theirs come back before.
                IActorRef asked = ActorRefs.Nobody;
                var missing = names.Length;
                Receive<string>(text =>
                {
                    if (text == "there?" && names[0].StartsWith("leaf", StringComparison.Ordinal))
                    {
                        Sender.Tell("here");
                    }
                    else if (text == "there?")
                    {
                        asked = Sender;
                        foreach (var child in Context.GetChildren())
                        {
                            child.Tell("there?");
                        }
                    }
                    else if (--missing == 0)
                    {
                        asked.Tell("here");
                    }
                });
            }
        }
    }
}
