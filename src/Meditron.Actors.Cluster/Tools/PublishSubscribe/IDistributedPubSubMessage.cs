namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Marks what mediators of different nodes are sent; written by the mediator's own serializer.</summary>
public interface IDistributedPubSubMessage;
