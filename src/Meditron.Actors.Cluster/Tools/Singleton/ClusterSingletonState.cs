namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>What a node's singleton manager is doing.</summary>
public enum ClusterSingletonState
{
    /// <summary>It does not know the members yet.</summary>
    Start = 0,

    /// <summary>The singleton may run here as soon as the lease is got.</summary>
    AcquiringLease = 1,

    /// <summary>The singleton runs here.</summary>
    Oldest = 2,

    /// <summary>Another member goes before this one.</summary>
    Younger = 3,

    /// <summary>No member goes before this one any more, but some may still have the singleton.</summary>
    BecomingOldest = 4,

    /// <summary>The singleton runs here until the next one asks for it.</summary>
    WasOldest = 5,

    /// <summary>The singleton was told to stop, so that the next one can start it.</summary>
    HandingOver = 6,

    /// <summary>Not used; the number is Akka.NET's.</summary>
    TakeOver = 7,

    /// <summary>The singleton was told to stop, as this node was declared dead.</summary>
    Stopping = 8,

    /// <summary>This node leaves, and has no singleton.</summary>
    End = 9,
}
