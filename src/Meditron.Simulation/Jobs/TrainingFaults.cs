namespace Meditron.Simulation.Jobs;

/// <summary>What can go wrong at random around a job.</summary>
internal static class TrainingFaults
{
    /// <summary>Draws a mix: in some worlds processes are killed and nothing else, in others everything goes wrong.</summary>
    public static FaultMix Mix(TrainingSite site)
    {
        var mix = new FaultMix().With(4, new ProcessCrash(longestSeconds: 5));
        if (site.World.Random("mix").Chance(0.4))
        {
            return mix;
        }

        return mix
            .With(2, new ProcessPause(longestSeconds: 6))
            .With(1, new MachineLoss(site))
            .With(1, new Partition(longestSeconds: 10))
            .With(1, new LinkCut(bothWays: true, longestSeconds: 10))
            .With(1, new LinkCut(bothWays: false, longestSeconds: 10))
            .With(1, new OneWayIsolation(longestSeconds: 10))
            .With(1, new SlowLink(longestSeconds: 10))
            .With(1, new ConnectionReset())
            .With(0.5, new ClockJump())
            .With(1, new Preemption(site))
            .With(1, new Maintenance(site));
    }

    /// <summary>A worker's process is told to end.</summary>
    private sealed class Preemption(TrainingSite site) : Fault
    {
        public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
        {
            site.Drain(random);
            return null;
        }
    }

    /// <summary>A worker's place is drained for maintenance for a while.</summary>
    private sealed class Maintenance(TrainingSite site) : Fault
    {
        public override FaultEffect? Happen(Fleet fleet, SeededRandom random) => site.SetAside(random) is { } target
            ? new FaultEffect($"{target} is set aside", random.Milliseconds(500, 10_000), () => site.TakeBack(target))
            : null;
    }

    /// <summary>A machine loses power with all its processes.</summary>
    private sealed class MachineLoss(TrainingSite site) : Fault
    {
        public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
        {
            site.PowerOff(random.Pick(site.Machines), random);
            return null;
        }
    }
}
