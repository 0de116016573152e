using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>A member that has had the singleton does not answer; the manager is restarted and asks again.</summary>
public sealed class ClusterSingletonManagerIsStuckException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public ClusterSingletonManagerIsStuckException(string message)
        : base(message)
    {
    }
}
