using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Subscribes an actor to a topic, alone or as one of a group of which one gets each message. Answered with <see cref="SubscribeAck"/>.</summary>
public sealed class Subscribe : IEquatable<Subscribe>
{
    /// <summary>Makes the message.</summary>
    /// <param name="topic">The topic; not empty.</param>
    /// <param name="ref">The subscriber.</param>
    /// <param name="group">The group, or null. It gets only what is published with sendOneMessageToEachGroup, and others do not get that.</param>
    public Subscribe(string topic, IActorRef @ref, string? group = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentNullException.ThrowIfNull(@ref);
        Topic = topic;
        Ref = @ref;
        Group = group;
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The subscriber.</summary>
    public IActorRef Ref { get; }

    /// <summary>The group, or null.</summary>
    public string? Group { get; }

    /// <inheritdoc/>
    public bool Equals(Subscribe? other) =>
        other is not null && Topic == other.Topic && Group == other.Group && Ref.Equals(other.Ref);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Subscribe);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Topic, Group, Ref);

    /// <inheritdoc/>
    public override string ToString() => $"Subscribe<topic:{Topic}, group:{Group}, ref:{Ref}>";
}

/// <summary>Takes a subscription back. Answered with <see cref="UnsubscribeAck"/>.</summary>
public sealed class Unsubscribe : IEquatable<Unsubscribe>
{
    /// <summary>Makes the message; topic and group as they were subscribed to.</summary>
    public Unsubscribe(string topic, IActorRef @ref, string? group = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentNullException.ThrowIfNull(@ref);
        Topic = topic;
        Ref = @ref;
        Group = group;
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The subscriber.</summary>
    public IActorRef Ref { get; }

    /// <summary>The group, or null.</summary>
    public string? Group { get; }

    /// <inheritdoc/>
    public bool Equals(Unsubscribe? other) =>
        other is not null && Topic == other.Topic && Group == other.Group && Ref.Equals(other.Ref);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Unsubscribe);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Topic, Group, Ref);

    /// <inheritdoc/>
    public override string ToString() => $"Unsubscribe<topic:{Topic}, group:{Group}, ref:{Ref}>";
}

/// <summary>The subscription is in place on this node; the others learn of it next.</summary>
public sealed class SubscribeAck : IDeadLetterSuppression, IEquatable<SubscribeAck>
{
    /// <summary>Makes the answer.</summary>
    public SubscribeAck(Subscribe subscribe)
    {
        ArgumentNullException.ThrowIfNull(subscribe);
        Subscribe = subscribe;
    }

    /// <summary>What was asked for.</summary>
    public Subscribe Subscribe { get; }

    /// <inheritdoc/>
    public bool Equals(SubscribeAck? other) => other is not null && Subscribe.Equals(other.Subscribe);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SubscribeAck);

    /// <inheritdoc/>
    public override int GetHashCode() => Subscribe.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"SubscribeAck<{Subscribe}>";
}

/// <summary>The actor is not subscribed to that any more.</summary>
public sealed class UnsubscribeAck : IEquatable<UnsubscribeAck>
{
    /// <summary>Makes the answer.</summary>
    public UnsubscribeAck(Unsubscribe unsubscribe)
    {
        ArgumentNullException.ThrowIfNull(unsubscribe);
        Unsubscribe = unsubscribe;
    }

    /// <summary>What was asked for.</summary>
    public Unsubscribe Unsubscribe { get; }

    /// <inheritdoc/>
    public bool Equals(UnsubscribeAck? other) => other is not null && Unsubscribe.Equals(other.Unsubscribe);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnsubscribeAck);

    /// <inheritdoc/>
    public override int GetHashCode() => Unsubscribe.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"UnsubscribeAck<{Unsubscribe}>";
}
