using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>Marks the provider of an actor system that is a member of a cluster.</summary>
public interface IClusterActorRefProvider : IRemoteActorRefProvider;
