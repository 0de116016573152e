using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>A message that was sent and is not confirmed.</summary>
public sealed class UnconfirmedDelivery : IEquatable<UnconfirmedDelivery>
{
    /// <summary>Describes the message.</summary>
    public UnconfirmedDelivery(long deliveryId, ActorPath destination, object message)
    {
        DeliveryId = deliveryId;
        Destination = destination;
        Message = message;
    }

    /// <summary>Its number.</summary>
    public long DeliveryId { get; }

    /// <summary>Where it goes.</summary>
    public ActorPath Destination { get; }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <inheritdoc/>
    public bool Equals(UnconfirmedDelivery? other) =>
        other is not null && DeliveryId == other.DeliveryId && Equals(Destination, other.Destination) && Equals(Message, other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnconfirmedDelivery);

    /// <inheritdoc/>
    public override int GetHashCode() => DeliveryId.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"UnconfirmedDelivery<deliveryId: {DeliveryId}, dest: {Destination}, message: {Message}>";
}

/// <summary>Tells an actor of messages that were sent many times and are not confirmed.</summary>
public sealed class UnconfirmedWarning : IEquatable<UnconfirmedWarning>
{
    /// <summary>Makes the warning.</summary>
    public UnconfirmedWarning(UnconfirmedDelivery[] unconfirmedDeliveries)
    {
        ArgumentNullException.ThrowIfNull(unconfirmedDeliveries);
        UnconfirmedDeliveries = unconfirmedDeliveries;
    }

    /// <summary>The messages.</summary>
    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }

    /// <inheritdoc/>
    public bool Equals(UnconfirmedWarning? other) => other is not null && UnconfirmedDeliveries.SequenceEqual(other.UnconfirmedDeliveries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnconfirmedWarning);

    /// <inheritdoc/>
    public override int GetHashCode() => UnconfirmedDeliveries.Length;

    /// <inheritdoc/>
    public override string ToString() => $"UnconfirmedWarning<unconfirmedDeliveries: {UnconfirmedDeliveries.Length}>";
}

/// <summary>The state of at-least-once delivery, to be saved with a snapshot.</summary>
public sealed class AtLeastOnceDeliverySnapshot : IEquatable<AtLeastOnceDeliverySnapshot>
{
    /// <summary>Makes the state.</summary>
    public AtLeastOnceDeliverySnapshot(long currentDeliveryId, UnconfirmedDelivery[] unconfirmedDeliveries)
    {
        ArgumentNullException.ThrowIfNull(unconfirmedDeliveries);
        CurrentDeliveryId = currentDeliveryId;
        UnconfirmedDeliveries = unconfirmedDeliveries;
    }

    /// <summary>The number of the last message.</summary>
    public long CurrentDeliveryId { get; }

    /// <summary>The messages that are not confirmed.</summary>
    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }

    /// <inheritdoc/>
    public bool Equals(AtLeastOnceDeliverySnapshot? other) =>
        other is not null && CurrentDeliveryId == other.CurrentDeliveryId && UnconfirmedDeliveries.SequenceEqual(other.UnconfirmedDeliveries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AtLeastOnceDeliverySnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CurrentDeliveryId, UnconfirmedDeliveries.Length);

    /// <inheritdoc/>
    public override string ToString() => $"AtLeastOnceDeliverySnapshot<currentDeliveryId: {CurrentDeliveryId}, unconfirmedDeliveries: {UnconfirmedDeliveries.Length}>";
}

/// <summary>Too many messages wait for their confirmation.</summary>
public class MaxUnconfirmedMessagesExceededException : Exception
{
    /// <summary>Makes the exception.</summary>
    public MaxUnconfirmedMessagesExceededException()
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public MaxUnconfirmedMessagesExceededException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public MaxUnconfirmedMessagesExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
