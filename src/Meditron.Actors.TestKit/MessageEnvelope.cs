using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit;

/// <summary>A message a test actor received, with its sender.</summary>
public abstract class MessageEnvelope
{
    /// <summary>What was received.</summary>
    public abstract object Message { get; }

    /// <summary>Who sent it.</summary>
    public abstract IActorRef Sender { get; }
}

/// <summary>The envelope of a message that was received.</summary>
public class RealMessageEnvelope : MessageEnvelope
{
    /// <summary>Puts a message and its sender into an envelope.</summary>
    public RealMessageEnvelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    /// <inheritdoc/>
    public override object Message { get; }

    /// <inheritdoc/>
    public override IActorRef Sender { get; }

    /// <inheritdoc/>
    public override string ToString() => $"<{Message}> from {(Sender is null ? "no sender" : Sender.ToString())}";
}

/// <summary>Stands for "nothing was received"; it has neither message nor sender.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    /// <summary>The one instance.</summary>
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: there is no message.</exception>
    public override object Message => throw new InvalidOperationException("No message has been received yet, so there is none to look at.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: there is no sender.</exception>
    public override IActorRef Sender => throw new InvalidOperationException("No message has been received yet, so there is no sender.");

    /// <inheritdoc/>
    public override string ToString() => "<no message>";
}
