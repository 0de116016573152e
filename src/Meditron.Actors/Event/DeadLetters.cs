using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>A message that reached no actor, whatever the reason.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    /// <summary>Creates the record of an undelivered message.</summary>
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>The message itself.</summary>
    public object Message { get; }

    /// <summary>The actor to which the message was sent.</summary>
    public IActorRef Recipient { get; }

    /// <summary>The actor that sent the message.</summary>
    public IActorRef Sender { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{LogText.Of(Message)}>";
}

/// <summary>A message to an actor that does not exist or has stopped.</summary>
public sealed class DeadLetter : AllDeadLetters
{
    /// <summary>Creates the record of a message to an actor that does not exist.</summary>
    public DeadLetter(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

/// <summary>A dead letter that is expected in normal operation and therefore not logged.</summary>
public sealed class SuppressedDeadLetter : AllDeadLetters
{
    /// <summary>Creates the record of a message whose loss is expected.</summary>
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

/// <summary>A message dropped on purpose, for example because a bounded buffer was full.</summary>
public sealed class Dropped : AllDeadLetters
{
    /// <summary>Creates the record of a dropped message.</summary>
    public Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
        Reason = reason;
    }

    /// <summary>Creates the record of a dropped message without a sender.</summary>
    public Dropped(object message, string reason, IActorRef recipient)
        : this(message, reason, null!, recipient)
    {
    }

    /// <summary>Why the message was dropped.</summary>
    public string Reason { get; }
}

/// <summary>A message that its actor did not handle.</summary>
public sealed class UnhandledMessage : AllDeadLetters
{
    /// <summary>Creates the record of an unhandled message.</summary>
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

/// <summary>Marks messages whose loss is expected in normal operation: they become <see cref="SuppressedDeadLetter"/>s.</summary>
public interface IDeadLetterSuppression
{
}
