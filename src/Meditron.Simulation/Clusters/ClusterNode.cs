using Meditron.Simulation.Stores;

namespace Meditron.Simulation.Clusters;

/// <summary>A member of a cluster: a production actor system that joins the others, with the parts of its scenario.</summary>
internal sealed class ClusterNode(SimulatedCluster owner, NodeProcess process) : NodeProgram(process)
{
    private ActorSystem? _system;
    private Cluster? _cluster;

    public ActorSystem System => _system ?? throw new InvalidOperationException($"{Name} has not started.");

    public Cluster Cluster => _cluster ??= Cluster.Get(System);

    public bool HasStarted => _system is not null;

    /// <summary>The addresses of all other nodes.</summary>
    public IEnumerable<Address> OtherAddresses => owner.Addresses.Where(address => address.Host != Name);

    /// <summary>Whether it was told to form a cluster, as there was none.</summary>
    public bool IsFounder { get; private set; }

    /// <summary>Whether it has joined, and has not been removed yet.</summary>
    public bool IsMember => HasStarted && !Cluster.IsTerminated && Cluster.SelfMember.Status != MemberStatus.Removed;

    public override void Start()
    {
        _system = SimulatedSystem.Start(Process, SimulatedCluster.SystemName, owner.Config, new StoreSetup(Process));
        IsFounder = owner.MayFound(this);
        Cluster.JoinSeedNodes(IsFounder ? [Cluster.SelfAddress, .. OtherAddresses] : [.. OtherAddresses]);
        foreach (var part in owner.Parts)
        {
            part.OnStarted(this);
        }
    }

    public override void Leave() => Process.Runtime.SignalTermination();
}
