using System.Globalization;

namespace Meditron.Simulation.Clusters;

/// <summary>A persistent singleton with its journal in the database, and on each node a client that writes to it through a proxy.</summary>
internal sealed class LedgerPart(World world, JournalCheck journal, bool mayOverlap = false) : ClusterPart
{
    private const string PersistenceId = "ledger";

    private readonly SortedDictionary<string, int> _stored = new(StringComparer.Ordinal);

    /// <summary>Where it is alive.</summary>
    public SingletonCheck Singleton { get; } = new(world, "the ledger", mayOverlap);

    public override void OnStarted(ClusterNode node)
    {
        var (process, check, singleton) = (node.Process, journal, Singleton);
        var log = Props.Create(() => new PersistentLog(PersistenceId, "sim.shared-journal", "sim.shared-snapshots", process, check));
        var manager = node.System.ActorOf(
            ClusterSingletonManager.Props(Props.Create(() => new SingletonHost(process, singleton, log)), ClusterSingletonManagerSettings.Create(node.System)), "ledger");
        var proxy = node.System.ActorOf(
            ClusterSingletonProxy.Props(manager.Path.ToStringWithoutAddress(), ClusterSingletonProxySettings.Create(node.System)), "ledger-proxy");
        var name = string.Create(CultureInfo.InvariantCulture, $"{node.Name}.{process.Incarnation}");
        var random = world.Random($"ledger-client/{name}");
        Action stored = () => _stored[process.Name] = _stored.GetValueOrDefault(process.Name) + 1;
        node.System.ActorOf(Props.Create(() => new LogClient(proxy, name, random, stored)), "ledger-client");
    }

    public override void OnEnded(ClusterNode node) => Singleton.Ended(node.Process);

    /// <summary>A condition that holds once every node's client has stored two more texts: one that it may have been busy with, and a new one.</summary>
    public Func<bool> AllStoreAgain(SimulatedCluster cluster)
    {
        var before = cluster.Nodes.ToDictionary(static node => node.Name, node => _stored.GetValueOrDefault(node.Name), StringComparer.Ordinal);
        return () => before.All(one => _stored.GetValueOrDefault(one.Key) >= one.Value + 2);
    }

    /// <summary>The singleton: keeps the persistent actor running.</summary>
    private sealed class SingletonHost : ReceiveActor
    {
        private readonly NodeProcess _process;
        private readonly SingletonCheck _check;

        public SingletonHost(NodeProcess process, SingletonCheck check, Props log)
        {
            _process = process;
            _check = check;
            var child = Context.ActorOf(
                BackoffSupervisor.Props(Backoff.OnStop(log, "log", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3), 0.2, -1)), "supervisor");
            ReceiveAny(child.Forward);
        }

        protected override void PreStart() => _check.Started(_process);

        protected override void PostStop() => _check.Stopped(_process);
    }
}
