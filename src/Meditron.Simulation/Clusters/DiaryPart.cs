using System.Globalization;

namespace Meditron.Simulation.Clusters;

/// <summary>On each node a persistent actor with its journal on the node's own disk, and a client that writes to it.</summary>
internal sealed class DiaryPart(World world, JournalCheck journal) : ClusterPart
{
    public override void OnStarted(ClusterNode node)
    {
        var (process, check) = (node.Process, journal);
        var id = $"diary-{node.Name}";
        var log = Props.Create(() => new PersistentLog(id, "sim.local-journal", "sim.local-snapshots", process, check));
        var supervisor = node.System.ActorOf(
            BackoffSupervisor.Props(Backoff.OnStop(log, "log", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3), 0.2, -1)), "diary");
        var name = string.Create(CultureInfo.InvariantCulture, $"{node.Name}.{process.Incarnation}");
        var random = world.Random($"diary-client/{name}");
        Action nothing = static () => { };
        node.System.ActorOf(Props.Create(() => new LogClient(supervisor, name, random, nothing)), "diary-client");
    }
}
