using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Simulation.Tests;

/// <summary>Mistakes that are made on purpose are found by the seeds that the suite plays, and by the check that is there for them.</summary>
public sealed class PlantedBugTests
{
    private const string TwoSingletons = "never two singletons";
    private const string TwoClusters = "there is one cluster";
    private const string NeverBack = "a removed incarnation never comes back";
    private const string Converges = "membership converges";
    private const string AtRest = "no endless activity";
    private const string AlwaysTold = "whoever watches is told of the end";
    private const string NothingLost = "no acknowledged event is lost";
    private const string InOrder = "events are recovered in order and once";

    /// <summary>For each mistake the scenario, the seeds among which is one that finds it, and what it violates there.</summary>
    public static TheoryData<string, string, int, int, string[]> Plays { get; } = new()
    {
        { nameof(PlantedBug.HandOverBeforeStop), "cluster", 21, 40, [TwoSingletons] },
        { nameof(PlantedBug.RemovalMarginIgnored), "cluster", 41, 60, [TwoSingletons] },
        { nameof(PlantedBug.LeaseTakenForGranted), "cluster", 21, 40, [TwoClusters, TwoSingletons] },
        { nameof(PlantedBug.TombstonesForgotten), "cluster", 1, 10, [NeverBack] },
        { nameof(PlantedBug.VersionsNotMerged), "cluster", 1, 2, [AtRest, Converges] },
        { nameof(PlantedBug.ReachabilityVersionIgnored), "cluster", 1, 10, [AtRest, Converges] },
        { nameof(PlantedBug.UidKeptOnRestart), "cluster", 1, 10, [Converges] },
        { nameof(PlantedBug.SystemMessagesForgotten), "cluster", 11, 30, [AlwaysTold] },
        { nameof(PlantedBug.AcknowledgedBeforeCommit), "cluster", 11, 30, [NothingLost] },
        { nameof(PlantedBug.StaleWriterGoesOn), "pauses", 11, 30, [NothingLost] },
        { nameof(PlantedBug.SnapshotEventReplayed), "cluster", 1, 10, [InOrder] },
        { nameof(PlantedBug.FlushSkipped), "cluster", 1, 10, [NothingLost] },
        { nameof(PlantedBug.AnswersBeforeDurable), "cluster", 1, 10, [NothingLost] },
        { nameof(PlantedBug.StaleWriterAccepted), "pauses", 11, 30, [NothingLost] },
    };

    [Theory]
    [MemberData(nameof(Plays))]
    public void It_is_found_and_the_same_seed_is_well_without_it(string bug, string scenario, int from, int to, string[] violated)
    {
        var options = new SoakOptions((ulong)from, (ulong)to, Jobs: 2) { Bugs = PlantedBugs.Parse([bug]), MostViolations = 1 };
        var found = new Soak(() => AllScenarios.Find(scenario), options).Run().Violations;
        Assert.True(found.Count > 0, $"no seed from {from} to {to} of {scenario} violates anything");
        Assert.Contains(found[0].Violation!.Invariant, violated);
        Assert.Null(ScenarioRunner.Run(AllScenarios.Find(scenario), found[0].Seed).Violation);
    }

    [Fact]
    public void There_is_a_play_for_each() =>
        Assert.Equal(PlantedBugs.Names.Order(StringComparer.Ordinal), Plays.Select(play => (string)((object[])play)[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void Nothing_but_a_world_that_asks_for_them_makes_them()
    {
        using var system = ActorSystem.Create("no-mistakes", ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF }"));
        var runtime = ((ActorSystemImpl)system).Runtime;
        Assert.All(Enum.GetValues<PlantedBug>(), bug => Assert.False(runtime.IsPlanted(bug)));
        using var world = new World(1);
        Assert.All(Enum.GetValues<PlantedBug>(), bug => Assert.False(world.IsPlanted(bug)));
    }
}
