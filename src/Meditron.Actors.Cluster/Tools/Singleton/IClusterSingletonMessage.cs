namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Marks what singleton managers and proxies of different nodes send each other; written by the singleton's own serializer.</summary>
public interface IClusterSingletonMessage;
