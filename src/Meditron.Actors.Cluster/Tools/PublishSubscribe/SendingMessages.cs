using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Sends a message to all subscribers of a topic on all nodes, or to one of each of its groups.</summary>
public sealed class Publish : IDistributedPubSubMessage, IEquatable<Publish>, IWrappedMessage
{
    /// <summary>Makes the message.</summary>
    public Publish(string topic, object message, bool sendOneMessageToEachGroup = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentNullException.ThrowIfNull(message);
        Topic = topic;
        Message = message;
        SendOneMessageToEachGroup = sendOneMessageToEachGroup;
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <inheritdoc/>
    public object Message { get; }

    /// <summary>Whether one subscriber of each group gets it, and those without a group do not.</summary>
    public bool SendOneMessageToEachGroup { get; }

    /// <inheritdoc/>
    public bool Equals(Publish? other) => other is not null
        && Topic == other.Topic
        && SendOneMessageToEachGroup == other.SendOneMessageToEachGroup
        && Message.Equals(other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Publish);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Topic, SendOneMessageToEachGroup, Message);

    /// <inheritdoc/>
    public override string ToString() => $"Publish<topic:{Topic}, sendOneToEachGroup:{SendOneMessageToEachGroup}, message:{Message}>";
}

/// <summary>Sends a message to one of the actors registered under a path, on whichever node.</summary>
public sealed class Send : IDistributedPubSubMessage, IEquatable<Send>, IWrappedMessage
{
    /// <summary>Makes the message.</summary>
    public Send(string path, object message, bool localAffinity = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(message);
        Path = path;
        Message = message;
        LocalAffinity = localAffinity;
    }

    /// <summary>The path, without an address.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public object Message { get; }

    /// <summary>Whether the actor on this node gets it, if there is one.</summary>
    public bool LocalAffinity { get; }

    /// <inheritdoc/>
    public bool Equals(Send? other) => other is not null && Path == other.Path && LocalAffinity == other.LocalAffinity && Message.Equals(other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Send);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, LocalAffinity, Message);

    /// <inheritdoc/>
    public override string ToString() => $"Send<path:{Path}, localAffinity:{LocalAffinity}, message:{Message}>";
}

/// <summary>Sends a message to all actors registered under a path.</summary>
public sealed class SendToAll : IDistributedPubSubMessage, IEquatable<SendToAll>, IWrappedMessage
{
    /// <summary>Makes the message.</summary>
    public SendToAll(string path, object message, bool excludeSelf = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(message);
        Path = path;
        Message = message;
        ExcludeSelf = excludeSelf;
    }

    /// <summary>The path, without an address.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public object Message { get; }

    /// <summary>Whether the actor on this node does not get it.</summary>
    public bool ExcludeSelf { get; }

    /// <inheritdoc/>
    public bool Equals(SendToAll? other) => other is not null && Path == other.Path && ExcludeSelf == other.ExcludeSelf && Message.Equals(other.Message);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SendToAll);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, ExcludeSelf, Message);

    /// <inheritdoc/>
    public override string ToString() => $"SendToAll<path:{Path}, excludeSelf:{ExcludeSelf}, message:{Message}>";
}
