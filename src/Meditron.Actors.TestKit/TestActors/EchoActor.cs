using System.Linq.Expressions;
using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit.TestActors;

/// <summary>Forwards what it receives to the test actor and, if wanted, sends it back.</summary>
public class EchoActor : ReceiveActor
{
    /// <summary>Makes the actor.</summary>
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true) => ReceiveAny(message =>
    {
        var sender = Sender;
        var testActor = testkit.TestActor;
        if (echoBackToSenderAsWell && !Equals(testActor, sender))
        {
            sender.Forward(message);
        }

        testActor.Tell(message, Sender);
    });

    /// <summary>Props of the actor.</summary>
    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

/// <summary>Receives everything and does nothing.</summary>
public class BlackHoleActor : ActorBase
{
    /// <summary>Props of the actor.</summary>
    public static Props Props { get; } = Actor.Props.Create(() => new BlackHoleActor());

    /// <inheritdoc/>
    protected override bool Receive(object message) => true;
}

/// <summary>Forwards everything to one actor.</summary>
public class ForwardActor : ActorBase
{
    private readonly IActorRef _ref;

    /// <summary>Makes the actor.</summary>
    public ForwardActor(IActorRef @ref) => _ref = @ref;

    /// <summary>Props of the actor.</summary>
    public static Props Props(IActorRef @ref) => Actor.Props.Create(() => new ForwardActor(@ref));

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        _ref.Forward(message);
        return true;
    }
}
