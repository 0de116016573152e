using Meditron.Simulation.Jobs;

namespace Meditron.Simulation.Scenarios;

/// <summary>A job trains to its last step, whatever happens to its workers, launchers, seeds, machines, network and database.</summary>
internal sealed class TrainingScenario : Scenario
{
    private const long MostSteps = 3_000_000;
    // With one processor for tens of nodes, nothing would be slow there but the world.
    private const int NodesPerProcessor = 8;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Expected =
    [
        "has quarantined this system",
        "it has given this incarnation up",
        "Failed to persist event type",
        "Recovery of ",
        "The checkpoint of step ",
        "A planned fault",
        "No coordinator has answered",
        "could not be started: the machine starts nothing",
        "was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes",
    ];

    public override string Name => "training";

    public override string Summary => "a job of 1 to 64 workers with the production coordinators, workers and launchers trains to its last step, whatever happens to any of its processes";

    public override void Play(World world)
    {
        world.MostSteps = MostSteps;
        var check = new ErrorCheck(world);
        foreach (var expected in Expected)
        {
            check.Expect(error => $"{error.Message}{error.Cause?.Message}".Contains(expected, StringComparison.Ordinal));
        }

        var site = new TrainingSite(world);
        world.Processors = Math.Max(1, site.Plan.Nodes / NodesPerProcessor);
        var random = world.Random("scenario");
        site.Fleet.StartAll();
        var faults = site.IsCalm ? null : new FaultInjector(site.Fleet, TrainingFaults.Mix(site));
        var begin = world.Random("begin").Milliseconds(500, 8_000);
        if (faults is not null)
        {
            world.At(begin, null, faults.Start);
        }

        bool Ended() => site.Record.Outcome is not null;
        if (!site.IsCalm)
        {
            world.RunUntil(Ended, begin + random.Milliseconds(3_000, 25_000), LookEvery);
            faults!.End();
            site.Faults.End();
        }

        if (world.Violation is null && !world.RunUntil(Ended, Recovery, LookEvery) && world.Violation is null)
        {
            world.Violate("I3: no fatal process", $"{Recovery.TotalSeconds:F0} s after the last fault the job has not ended; it has committed {site.Record.Highest} of {site.Plan.Steps} steps");
        }

        site.Record.Finish();
        world.Note("world", $"{site.Record.Commits} steps were committed in {site.Record.Generations} generations, memory was lost {site.Record.MemoryLost} times");
    }
}
