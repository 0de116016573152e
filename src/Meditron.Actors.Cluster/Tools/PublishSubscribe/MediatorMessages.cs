using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>The versions of all buckets that a mediator has; the answer to one asks for no further one.</summary>
internal sealed record RegistryStatus(ImmutableSortedDictionary<UniqueAddress, long> Versions, bool IsReply) : IDistributedPubSubMessage, IDeadLetterSuppression;

/// <summary>What has changed in some buckets.</summary>
internal sealed record RegistryDelta(ImmutableList<BucketDelta> Buckets) : IDistributedPubSubMessage, IDeadLetterSuppression;

/// <summary>For the subscribers of a topic on the receiving node.</summary>
internal sealed record DeliverToTopic(string Topic, object Message) : IDistributedPubSubMessage, IWrappedMessage;

/// <summary>For one subscriber of a group on the receiving node.</summary>
internal sealed record DeliverToGroup(string Topic, string Group, object Message) : IDistributedPubSubMessage, IWrappedMessage;

/// <summary>Asks a mediator of this node for the versions it has; answered with <see cref="RegistryStatus"/>. For diagnostics.</summary>
internal sealed record GetVersions : INoSerializationVerificationNeeded
{
    public static readonly GetVersions Instance = new();
}

/// <summary>The signals of a mediator's timers.</summary>
internal enum MediatorTick
{
    Gossip,
    Prune,
}
