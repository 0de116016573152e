namespace Meditron.Actors.Cluster;

/// <summary>Marks what the nodes of a cluster send each other to keep their membership; written by the cluster's own serializer.</summary>
public interface IClusterMessage;
