namespace Meditron.Simulation.Scenarios;

/// <summary>What scenarios of clusters share: which errors are none, and how long the end of all faults is waited for.</summary>
internal abstract class ClusterScenarioBase : Scenario
{
    // No seed comes near it unless something is done again and again without end.
    private const long MostSteps = 200_000;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Expected =
    [
        // A node behind a partition learns that way that the others have gone on without it.
        "has quarantined this system",
        "it has given this incarnation up",

        // The database is not there, or another incarnation has written: the actor stops, and is started again later.
        "Failed to persist event type",
        "Recovery of ",
        "Failed to acquire lease",
        "It is not known whether the lease",
        "Failed to release lease",
    ];

    /// <summary>Sets the world's limits, and makes every error a violation that is not to be expected.</summary>
    protected static void Prepare(World world)
    {
        world.MostSteps = MostSteps;
        var check = new ErrorCheck(world);
        foreach (var expected in Expected)
        {
            check.Expect(error => $"{error.Message}".Contains(expected, StringComparison.Ordinal));
        }
    }

    /// <summary>Waits for what must come about once all faults are over.</summary>
    protected static void Await(World world, string invariant, Func<bool> condition, Func<string> why)
    {
        if (world.Violation is null && !world.RunUntil(condition, Recovery, LookEvery) && world.Violation is null)
        {
            world.Violate(invariant, $"{Recovery.TotalSeconds:F0} s after the last fault: {why()}");
        }
    }
}
