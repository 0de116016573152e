using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;
using Meditron.Training.Distributed;

namespace Meditron.Simulation.Tests;

/// <summary>Mistakes that are made on purpose are found by the seeds that the suite plays, and by the check that is there for them.</summary>
public sealed class PlantedBugTests
{
    // All are found sooner, most of them among the first ten; but every change of the engine makes other schedules of the same seeds.
    private const ulong MostSeeds = 1000;
    private const string TwoSingletons = "never two singletons";
    private const string TwoClusters = "there is one cluster";
    private const string NeverBack = "a removed incarnation never comes back";
    private const string Converges = "membership converges";
    private const string NoError = "no unexpected error";
    private const string AtRest = "no endless activity";
    private const string AlwaysTold = "whoever watches is told of the end";
    private const string NothingLost = "no acknowledged event is lost";
    private const string SameBits = "I1: the same bits whatever happens";
    private const string StepsLost = "I2: nothing lost, nothing twice";
    private const string NotFatal = "I3: no fatal process";
    private const string OneLeader = "I4: one leader";
    private const string InOrder = "events are recovered in order and once";

    /// <summary>For each mistake the scenario that finds it, and what it violates there.</summary>
    public static TheoryData<string, string, string[]> Plays { get; } = new()
    {
        { nameof(PlantedBug.HandOverBeforeStop), "cluster", [TwoSingletons] },
        { nameof(PlantedBug.RemovalMarginIgnored), "cluster", [TwoSingletons] },
        { nameof(PlantedBug.LeaseTakenForGranted), "cluster", [TwoClusters, TwoSingletons] },
        { nameof(PlantedBug.TombstonesForgotten), "cluster", [NeverBack] },
        { nameof(PlantedBug.VersionsNotMerged), "cluster", [AtRest, Converges] },
        { nameof(PlantedBug.ReachabilityVersionIgnored), "cluster", [AtRest, Converges] },
        { nameof(PlantedBug.UidKeptOnRestart), "cluster", [Converges, NoError] },
        { nameof(PlantedBug.SystemMessagesForgotten), "cluster", [AlwaysTold] },
        { nameof(PlantedBug.AcknowledgedBeforeCommit), "cluster", [NothingLost] },
        { nameof(PlantedBug.StaleWriterGoesOn), "pauses", [NothingLost] },
        { nameof(PlantedBug.SnapshotEventReplayed), "cluster", [InOrder] },
        { nameof(PlantedBug.FlushSkipped), "cluster", [NothingLost] },
        { nameof(PlantedBug.AnswersBeforeDurable), "cluster", [NothingLost] },
        { nameof(PlantedBug.StaleWriterAccepted), "pauses", [NothingLost] },
        { nameof(PlantedMistake.ToldBeforePersisted), "training", [OneLeader] },
        { nameof(PlantedMistake.CheckpointWithoutShard), "training", [SameBits] },
        { nameof(PlantedMistake.OldestCheckpoint), "training", [StepsLost] },
        { nameof(PlantedMistake.StepsRecordedTwice), "training", [StepsLost] },
        { nameof(PlantedMistake.MemoryNotAskedFor), "training", [StepsLost] },
        { nameof(PlantedMistake.LastCheckpointOnce), "training", [NotFatal] },
        { nameof(PlantedMistake.NewcomersSamplesOff), "training", [StepsLost] },
        { nameof(PlantedMistake.SkippedStepsForgotten), "training", [StepsLost] },
        { nameof(PlantedMistake.HangsIgnored), "training", [NotFatal] },
    };

    [Theory]
    [MemberData(nameof(Plays))]
    public void It_is_found_and_the_same_seed_is_well_without_it(string bug, string scenario, string[] violated)
    {
        var options = new SoakOptions(1, MostSeeds, Jobs: 2) { MostViolations = 1 };
        var found = new Soak(() => new ThreadPlayer(AllScenarios.Find(scenario), PlantedBugs.Parse([bug])), options).Run().Violations;
        Assert.True(found.Count > 0, $"no seed from 1 to {MostSeeds} of {scenario} violates anything");
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
