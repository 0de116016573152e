using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>A node could not join the cluster in time, or was shut down before it had joined.</summary>
public class ClusterJoinFailedException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public ClusterJoinFailedException(string message)
        : base(message)
    {
    }
}
