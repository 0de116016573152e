using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit;

/// <summary>Names what tests say to their test actor.</summary>
public static class TestActor
{
    /// <summary>Stands for "keep the pilot that has just run".</summary>
    public static AutoPilot KeepRunning => AutoPilot.KeepRunning;

    /// <summary>Stands for "no pilot from now on".</summary>
    public static AutoPilot NoAutoPilot => AutoPilot.NoAutoPilot;

    /// <summary>Stands for "nothing was received".</summary>
    public static NullMessageEnvelope NullMessage => NullMessageEnvelope.Instance;

    /// <summary>Says whether a message is dropped before the test sees it.</summary>
    public delegate bool Ignore(object message);

    /// <summary>Tells the test actor which messages to drop; null ends it.</summary>
    public class SetIgnore : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the request.</summary>
        public SetIgnore(Ignore? ignore) => Ignore = ignore;

        /// <summary>Which messages are dropped.</summary>
        public Ignore? Ignore { get; }
    }

    /// <summary>Tells the test actor to watch an actor.</summary>
    public class Watch : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the request.</summary>
        public Watch(IActorRef actor) => Actor = actor;

        /// <summary>The actor to watch.</summary>
        public IActorRef Actor { get; }
    }

    /// <summary>Tells the test actor to watch an actor no longer.</summary>
    public class Unwatch : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the request.</summary>
        public Unwatch(IActorRef actor) => Actor = actor;

        /// <summary>The actor watched so far.</summary>
        public IActorRef Actor { get; }
    }

    /// <summary>Installs a pilot.</summary>
    public class SetAutoPilot : INoSerializationVerificationNeeded
    {
        /// <summary>Makes the request.</summary>
        public SetAutoPilot(AutoPilot autoPilot) => AutoPilot = autoPilot;

        /// <summary>The pilot.</summary>
        public AutoPilot AutoPilot { get; }
    }

    /// <summary>Asks the test actor for a child; the answer is its reference.</summary>
    internal sealed record Spawn(Props Props, string? Name, SupervisorStrategy? Strategy) : INoSerializationVerificationNeeded;
}
