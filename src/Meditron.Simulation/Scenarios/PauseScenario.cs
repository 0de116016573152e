using Meditron.Simulation.Clusters;
using Meditron.Simulation.Stores;

namespace Meditron.Simulation.Scenarios;

/// <summary>Nodes are stopped for longer than the others wait, and go on as if nothing had been: only the journal can refuse what they write then.</summary>
/// <remarks>
/// A process that does nothing cannot stop its singleton, and no resolver can decide for it; so there may be two here, even two clusters where the lease is given up
/// while a process that would ask for it stands still. What must hold all the same is that no acknowledged event is lost.
/// </remarks>
internal sealed class PauseScenario : ClusterScenarioBase
{
    public override string Name => "pauses";

    public override string Summary => "3 nodes are stopped for long and go on; what a singleton writes that was replaced meanwhile is refused";

    public override void Play(World world)
    {
        Prepare(world);
        var random = world.Random("scenario");
        var journal = new JournalCheck(world);
        var ledger = new LedgerPart(world, journal, mayOverlap: true);
        var setting = random.Pick(ClusterSetting.Resolving);
        world.Note("world", $"{setting.Name}");
        var fleet = new Fleet(world);
        fleet.Add(DatabaseServer.Host, static process => new DatabaseServer(process));
        var cluster = new SimulatedCluster(fleet, 3, setting.Config, ledger);
        fleet.StartAll();
        world.RunFor(random.Milliseconds(4_000, 12_000));
        var faults = new FaultInjector(fleet, new FaultMix().With(6, new ProcessPause(longestSeconds: 45)).With(1, new ProcessCrash()).With(1, new SlowLink()));
        faults.Start();
        world.RunFor(random.Milliseconds(30_000, 90_000));
        faults.End();
        world.RunFor(TimeSpan.FromSeconds(20));
        world.Note("world", $"{journal.Count} events were acknowledged, the singleton was started {ledger.Singleton.Starts} times");
    }
}
