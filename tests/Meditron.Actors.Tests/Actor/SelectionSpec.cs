namespace Meditron.Actors.Tests.Specs;

public class SelectionSpec : ActorSpec
{
    private readonly IActorRef _root;

    private readonly List<IActorRef> _all = [];

    public SelectionSpec()
    {
        _root = Made(ActorOf(() => new Node(), "top"));
        foreach (var name in new[] { "a1", "a2", "b1" })
        {
            var child = Child(_root, name);
            Child(child, "leaf");
        }
    }

    [Theory]
    [InlineData("/user/top", 1)]
    [InlineData("/user/top/a1", 1)]
    [InlineData("/user/top/*", 3)]
    [InlineData("/user/top/a*", 2)]
    [InlineData("/user/top/?1", 2)]
    [InlineData("/user/top/*/leaf", 3)]
    [InlineData("/user/top/a?/leaf", 2)]
    [InlineData("/user/top/a1/../b1", 1)]
    [InlineData("user/top/a1", 1)]
    [InlineData("/user/top/none", 0)]
    public void Paths_and_wildcards_select_the_actors_that_fit(string path, int count)
    {
        Sys.ActorSelection(path).Tell(new Identify(path), TestActor);
        var found = new HashSet<IActorRef>();
        for (var i = 0; i < count; i++)
        {
            var identity = ExpectMsg<ActorIdentity>();
            Assert.Equal(path, identity.MessageId);
            Assert.Contains(identity.Subject, _all);
            Assert.True(found.Add(identity.Subject!));
        }

        if (count == 0)
        {
            Assert.Null(ExpectMsg<ActorIdentity>().Subject);
        }

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_context_selects_relative_to_itself()
    {
        _all.Single(actor => actor.Path.Name == "a1").Tell("../b1/leaf");

        Assert.Equal(_root.Path / "b1" / "leaf", ExpectMsg<ActorIdentity>().Subject!.Path);
    }

    [Fact]
    public void Messages_reach_the_selected_with_their_sender()
    {
        Sys.ActorSelection("/user/top/*").Tell(7, TestActor);

        var senders = new[] { 1, 2, 3 }.Select(_ =>
        {
            ExpectMsg(7);
            return LastSender;
        }).ToHashSet();
        Assert.Equal(3, senders.Count);
    }

    [Fact]
    public async Task ResolveOne_finds_the_reference()
    {
        Assert.Equal(_root, await Sys.ActorSelection("/user/top").ResolveOne(Deadline));
        Assert.Equal(_root, await Sys.ActorSelection(_root.Path).ResolveOne(Deadline));
    }

    [Fact]
    public async Task ResolveOne_fails_where_there_is_none()
    {
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/top/none").ResolveOne(Deadline));
    }

    [Fact]
    public void A_selection_by_anchor_starts_there()
    {
        Sys.ActorSelection(_root, "a1/leaf").Tell(new Identify(1), TestActor);

        Assert.Equal(_root.Path / "a1" / "leaf", ExpectMsg<ActorIdentity>().Subject!.Path);
    }

    [Fact]
    public void A_full_path_with_address_selects_too()
    {
        Sys.ActorSelection(_root.Path.ToString()).Tell(new Identify(1), TestActor);

        Assert.Equal(_root, ExpectMsg<ActorIdentity>().Subject);
    }

    [Fact]
    public void Identify_tells_who_is_there()
    {
        _root.Tell(new Identify("who?"));

        var identity = ExpectMsg<ActorIdentity>();
        Assert.Equal(("who?", _root), (identity.MessageId, identity.Subject));
    }

    private IActorRef Child(IActorRef parent, string name)
    {
        parent.Tell((name, Props.Create(() => new Node())));
        return Made(FishForMessage<IActorRef>(actor => actor.Path.Name == name));
    }

    private IActorRef Made(IActorRef actor)
    {
        _all.Add(actor);
        return actor;
    }

    private sealed class Node : ReceiveActor
    {
        public Node()
        {
            Receive<(string Name, Props Props)>(child => Sender.Tell(Context.ActorOf(child.Props, child.Name)));
            Receive<string>(path => Context.ActorSelection(path).Tell(new Identify(path), Sender));
            Receive<int>(number => Sender.Tell(number));
            ReceiveAny(_ => { });
        }
    }
}
