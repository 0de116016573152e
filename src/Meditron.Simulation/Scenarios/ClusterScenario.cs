using Meditron.Simulation.Clusters;
using Meditron.Simulation.Stores;

namespace Meditron.Simulation.Scenarios;

/// <summary>Five nodes join, leave, crash, come back and are parted, and agree again once it is over.</summary>
internal sealed class ClusterScenario : ClusterScenarioBase
{
    public override string Name => "cluster";

    public override string Summary => "5 nodes join, leave, crash, restart and are parted; the resolver decides; all agree after healing";

    public override void Play(World world)
    {
        Prepare(world);
        var random = world.Random("scenario");
        var membership = new MembershipPart(world);
        var journal = new JournalCheck(world);
        var ledger = new LedgerPart(world, journal);
        var watches = new WatchPart(world);
        var setting = random.Pick(ClusterSetting.Resolving);
        world.Note("world", $"{setting.Name}");
        var fleet = new Fleet(world);
        fleet.Add(DatabaseServer.Host, static process => new DatabaseServer(process));
        var cluster = new SimulatedCluster(fleet, 5, setting.Config, membership, ledger, new DiaryPart(world, journal), watches);
        fleet.StartAll();
        membership.Watch(cluster);
        watches.Follow(cluster);
        world.RunFor(random.Milliseconds(2_000, 20_000));
        var faults = new FaultInjector(fleet, Mix());
        faults.Start();
        world.RunFor(random.Milliseconds(20_000, 60_000));
        faults.End();
        Await(world, "membership converges", () => MembershipPart.WhatIsMissing(cluster) is null, () => MembershipPart.WhatIsMissing(cluster)!);
        Await(world, "the singleton answers again", ledger.AllStoreAgain(cluster), () => $"it is {(ledger.Singleton.IsAlive ? "alive" : "not there")}");
        Await(world, WatchCheck.Invariant, watches.Check.AllAreTold(), watches.Check.WhoWaits);
        watches.Check.Finish();
        world.Note("world", $"{watches.Check.Told} ends were told, {journal.Count} events were acknowledged, the singleton was started {ledger.Singleton.Starts} times");
    }

    private static FaultMix Mix() => new FaultMix()
        .With(3, new ProcessCrash())
        .With(2, new PowerLoss())
        .With(2, new GracefulStop())
        .With(3, new Partition())
        .With(1, new LinkCut(bothWays: true))
        .With(1, new LinkCut(bothWays: false))
        .With(1, new OneWayIsolation())
        .With(1, new SlowLink())
        .With(1, new ConnectionReset())
        .With(1, new ProcessPause())
        .With(0.5, new ClockJump());
}
