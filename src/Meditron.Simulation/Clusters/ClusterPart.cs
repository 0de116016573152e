namespace Meditron.Simulation.Clusters;

/// <summary>Something that runs on the nodes of a cluster, with what must hold of it; one for all nodes of a world.</summary>
internal abstract class ClusterPart
{
    /// <summary>A node's actor system has been started.</summary>
    public virtual void OnStarted(ClusterNode node)
    {
    }

    /// <summary>A node's process has ended, whatever the way.</summary>
    public virtual void OnEnded(ClusterNode node)
    {
    }
}
