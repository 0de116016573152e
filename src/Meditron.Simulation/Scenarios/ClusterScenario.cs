using Meditron.Simulation.Clusters;

namespace Meditron.Simulation.Scenarios;

/// <summary>Five nodes join, leave, crash, come back and are parted, and agree again once it is over.</summary>
internal sealed class ClusterScenario : Scenario
{
    public override string Name => "cluster";

    public override string Summary => "5 nodes join, leave, crash, restart and are parted; the resolver decides; all agree after healing";

    public override void Play(World world)
    {
        // A node behind a partition learns that way that the others have gone on without it.
        new ErrorCheck(world).Expect(static error => $"{error.Message}".Contains("has quarantined this system", StringComparison.Ordinal));
        var random = world.Random("scenario");
        var membership = new MembershipPart(world);
        var setting = random.Pick(ClusterSetting.Resolving);
        world.Note("world", $"{setting.Name}");
        var cluster = new SimulatedCluster(world, 5, setting.Config, membership);
        cluster.Fleet.StartAll();
        membership.Watch(cluster);
        world.RunFor(random.Milliseconds(2_000, 20_000));
        var faults = new FaultInjector(cluster.Fleet, Mix());
        faults.Start();
        world.RunFor(random.Milliseconds(20_000, 60_000));
        faults.End();
        if (!world.RunUntil(() => MembershipPart.WhatIsMissing(cluster) is null, TimeSpan.FromSeconds(120), TimeSpan.FromMilliseconds(200)) && world.Violation is null)
        {
            world.Violate("membership converges", $"120 s after the last fault: {MembershipPart.WhatIsMissing(cluster)}");
        }
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
