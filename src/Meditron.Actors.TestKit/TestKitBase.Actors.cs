using System.Linq.Expressions;
using Meditron.Actors.Actor;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <content>Making actors.</content>
public abstract partial class TestKitBase
{
    /// <summary>Starts an actor under the user guardian.</summary>
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props, null);

    /// <summary>Starts an actor under the user guardian.</summary>
    public IActorRef ActorOf(Props props, string? name) => Sys.ActorOf(props, name);

    /// <summary>Starts an actor that has a constructor without parameters.</summary>
    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), null);

    /// <summary>Starts an actor that has a constructor without parameters.</summary>
    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Starts an actor made by a constructor expression.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), null);

    /// <summary>Starts an actor made by a constructor expression.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => new(Sys, props, supervisor, name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string? name = null)
        where TActor : ActorBase => new(Sys, props, null, name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => new(Sys, Props.Create(factory), supervisor, name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string? name = null)
        where TActor : ActorBase => new(Sys, Props.Create(factory), null, name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string? name = null)
        where TActor : ActorBase, new() => new(Sys, Props.Create<TActor>(), supervisor, name);

    /// <summary>Starts an actor that runs on the thread that tells it, with its instance in reach.</summary>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string? name = null)
        where TActor : ActorBase, new() => new(Sys, Props.Create<TActor>(), null, name);

    /// <summary>Starts an actor as child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        SpawnChild(props, name, supervisorStrategy, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Starts an actor as child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        SpawnChild(props, null, supervisorStrategy, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Starts an actor as child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) =>
        SpawnChild(props, name, null, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Starts an actor as child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        SpawnChild(props, null, null, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Starts an actor as child of the test actor.</summary>
    public Task<IActorRef> ChildActorOfAsync(Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        SpawnChild(props, name, supervisorStrategy, cancellationToken);

    /// <summary>Starts an actor as child of the test actor.</summary>
    public Task<IActorRef> ChildActorOfAsync(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        SpawnChild(props, null, supervisorStrategy, cancellationToken);

    /// <summary>Starts an actor as child of the test actor.</summary>
    public Task<IActorRef> ChildActorOfAsync(Props props, string name, CancellationToken cancellationToken = default) =>
        SpawnChild(props, name, null, cancellationToken);

    /// <summary>Starts an actor as child of the test actor.</summary>
    public Task<IActorRef> ChildActorOfAsync(Props props, CancellationToken cancellationToken = default) =>
        SpawnChild(props, null, null, cancellationToken);

    /// <summary>Selects actors by path.</summary>
    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Selects actors by path, which may be relative to the user guardian and hold wildcards.</summary>
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Selects actors by a path relative to <paramref name="anchorRef"/>.</summary>
    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => Sys.ActorSelection(anchorRef, actorPath);

    /// <summary>Makes a probe in <see cref="Sys"/>.</summary>
    public virtual TestProbe CreateTestProbe(string? name = null) => new(Sys, KitAssertions, name);

    /// <summary>Makes a probe in another system.</summary>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, KitAssertions, name);

    /// <summary>Makes a latch whose timeouts are dilated.</summary>
    public virtual TestLatch CreateTestLatch(int count = 1) => TestLatch.Of(this, count);

    /// <summary>Makes a barrier whose timeouts are dilated.</summary>
    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    /// <summary>Makes another actor whose messages arrive in this kit's queue.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(Sys, name);

    internal Task<IActorRef> SpawnChild(Props props, string? name, SupervisorStrategy? strategy, CancellationToken cancellationToken) =>
        TestActor.Ask<IActorRef>(new TestKit.TestActor.Spawn(props, name, strategy), GetTimeoutOrDefault(null), cancellationToken);

    private IActorRef CreateTestActor(ActorSystem system, string name)
    {
        var props = Props.CreateBy(new TestActorProducer(_testState.Queue)).WithDispatcher("akka.test.test-actor.dispatcher");
        return ((ExtendedActorSystem)system).SystemActorOf(props, name);
    }

    private sealed class TestActorProducer(TestQueue queue) : IIndirectActorProducer
    {
        public Type ActorType => typeof(InternalTestActor);

        public ActorBase Produce() => new InternalTestActor(queue);

        public void Release(ActorBase actor)
        {
        }
    }
}
