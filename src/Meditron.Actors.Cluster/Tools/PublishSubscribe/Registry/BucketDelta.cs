using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>One registration, or that it was taken back.</summary>
/// <param name="Key">What it is for.</param>
/// <param name="Version">The version of the bucket with which it came.</param>
/// <param name="Receiver">Who is registered: the actor of a path, <see cref="ActorRefs.Nobody"/> for topics, as their mediator is meant; null if it was taken back.</param>
internal sealed record RegistryEntry(RegistryKey Key, long Version, IActorRef? Receiver);

/// <summary>The changes of a bucket from one version to another.</summary>
/// <param name="Owner">The node whose registrations these are.</param>
/// <param name="Base">Only who has this version or a later one may take the changes.</param>
/// <param name="Version">The version after them.</param>
/// <param name="Replaces">Whether the entries are all there are, up to the version: others are to be forgotten.</param>
/// <param name="HasMore">Whether there are later changes, for which there was no room.</param>
/// <param name="Entries">The changes, in the order of their versions.</param>
internal sealed record BucketDelta(
    UniqueAddress Owner, long Base, long Version, bool Replaces, bool HasMore, ImmutableList<RegistryEntry> Entries);
