namespace Meditron.Actors.Tests.Specs;

public class NamesSpec : ActorSpec
{
    [Fact]
    public void A_name_is_taken_until_its_actor_has_ended()
    {
        var first = ActorOf(() => new Recorder(CreateTestProbe().Ref, false), "worker");
        Assert.Throws<InvalidActorNameException>(() => ActorOf(() => new Recorder(CreateTestProbe().Ref, false), "worker"));

        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);

        // The guardian forgets a child before its watchers are told or right after.
        IActorRef? second = null;
        AwaitAssert(() => second = ActorOf(() => new Recorder(CreateTestProbe().Ref, false), "worker"));
        Assert.Equal(first.Path, second!.Path);
        Assert.NotEqual(first.Path.Uid, second.Path.Uid);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_reference_to_an_ended_actor_does_not_reach_its_successor()
    {
        var first = ActorOf(() => new Recorder(TestActor, false), "worker");
        Watch(first);
        Sys.Stop(first);
        FishForMessage<Terminated>(_ => true);
        AwaitAssert(() => ActorOf(() => new Recorder(TestActor, false), "worker"));
        FishForMessage<Recorder.Hook>(hook => hook.What == "PreStart");

        first.Tell("for the first");

        ExpectNoMsg(Quiet);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("$a")]
    [InlineData("ä")]
    [InlineData("a#1")]
    public void Names_that_do_not_fit_a_path_are_refused(string name)
    {
        Assert.Throws<InvalidActorNameException>(() => ActorOf(() => new Recorder(CreateTestProbe().Ref, false), name));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0-_.*$+:@&=,!~';()")]
    [InlineData("%20")]
    public void Names_that_fit_a_path_are_taken(string name)
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false), name);

        Assert.Equal(name, actor.Path.Name);
        Assert.True(ActorPath.IsValidPathElement(name));
    }

    [Fact]
    public void Actors_without_a_name_get_one_that_starts_with_a_dollar_sign()
    {
        var names = Enumerable.Range(0, 100).Select(_ => ActorOf(() => new Recorder(CreateTestProbe().Ref, false)).Path.Name).ToList();

        Assert.All(names, name => Assert.StartsWith("$", name, StringComparison.Ordinal));
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void The_same_name_may_be_used_below_different_parents()
    {
        var parents = new[] { "left", "right" }.Select(name => ActorOf(() => new Parent(), name)).ToList();
        foreach (var parent in parents)
        {
            parent.Tell("child");
            Assert.Equal(parent.Path / "child", ExpectMsg<IActorRef>().Path);
        }
    }

    [Fact]
    public void A_parent_that_takes_a_name_twice_fails()
    {
        EventFilter.Exception<InvalidActorNameException>().ExpectOne(() =>
        {
            var parent = ActorOf(() => new Parent());
            parent.Tell("child");
            ExpectMsg<IActorRef>();
            parent.Tell("child");
        });
    }

    [Fact]
    public void A_context_finds_its_children_by_name()
    {
        var parent = ActorOf(() => new Parent());
        parent.Tell("child");
        var child = ExpectMsg<IActorRef>();
        parent.Tell(1);

        Assert.Equal(child, ExpectMsg<IActorRef>());
        parent.Tell(2);
        Assert.True(ExpectMsg<IActorRef>().IsNobody());
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent()
        {
            Receive<string>(name => Sender.Tell(Context.ActorOf(Props.Create(() => new Parent()), name)));
            Receive<int>(number => Sender.Tell(Context.Child(number == 1 ? "child" : "none")));
        }
    }
}
