namespace Meditron.Simulation.Jobs;

/// <summary>A process that is a node of the job's cluster.</summary>
internal abstract class ClusterProgram(TrainingSite site, NodeProcess process) : NodeProgram(process)
{
    private Cluster? _cluster;

    public TrainingSite Site { get; } = site;

    /// <summary>The actor system; null before the start.</summary>
    public ActorSystem? System { get; protected set; }

    /// <summary>Whether it has joined, and has not been removed yet.</summary>
    public bool IsMember => System is not null && _cluster is { IsTerminated: false } cluster && cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Joining or MemberStatus.Leaving or MemberStatus.Exiting;

    /// <summary>Its address in the cluster, once it has begun to join.</summary>
    public Address Address => _cluster!.SelfAddress;

    public override void Leave() => Process.Runtime.SignalTermination();

    /// <summary>Joins the cluster of the seeds.</summary>
    /// <param name="founds">Whether it forms one.</param>
    protected void Join(bool founds = false)
    {
        _cluster = Cluster.Get(System!);
        _cluster.JoinSeedNodes(founds ? [_cluster.SelfAddress, .. Site.Contacts(Process)] : Site.Contacts(Process));
    }
}
