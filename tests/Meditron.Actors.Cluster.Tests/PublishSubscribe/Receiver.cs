using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.PublishSubscribe;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

/// <summary>An actor that keeps the texts it gets, with their senders.</summary>
internal sealed class Receiver
{
    private readonly TestNode _node;
    private readonly EventRecorder _got = new();

    public Receiver(TestNode node, string name)
    {
        _node = node;
        var recorder = node.System.ActorOf(_got.Props);
        Ref = node.System.ActorOf(Props.Create(() => new Keeper(recorder)), name);
    }

    public IActorRef Ref { get; }

    public IActorRef Mediator => DistributedPubSub.Get(_node.System).Mediator;

    public string[] Texts => [.. _got.Events.Cast<Message>().Select(m => m.Text)];

    public IEnumerable<IActorRef> Senders => _got.Events.Cast<Message>().Select(m => m.Sender);

    /// <summary>Waits until it has got so many messages.</summary>
    public Task Got(int count) => _got.WaitFor<Message>(_ => _got.Events.Count >= count, $"message number {count}");

    public async Task Subscribes(string topic, string? group = null)
    {
        var ack = await Mediator.Ask<SubscribeAck>(new Subscribe(topic, Ref, group), TestNode.Deadline);
        Assert.Equal(new Subscribe(topic, Ref, group), ack.Subscribe);
    }

    public Task Got(string text) => _got.WaitFor<Message>(m => m.Text == text, text);

    /// <summary>Stops, and waits until the mediator knows.</summary>
    public async Task Stops()
    {
        Assert.True(await Ref.GracefulStop(TestNode.Deadline));
        await Mediator.Ask<CurrentTopics>(GetTopics.Instance, TestNode.Deadline);
    }

    private sealed record Message(string Text, IActorRef Sender);

    private sealed class Keeper : ReceiveActor
    {
        public Keeper(IActorRef recorder) => Receive<string>(text => recorder.Tell(new Message(text, Sender)));
    }
}
