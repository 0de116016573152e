using Meditron.Training.Parallel;

namespace Meditron.Simulation.Jobs;

/// <summary>What the workers of one world train, on how many machines, and how long things take there.</summary>
internal sealed record JobPlan
{
    /// <summary>The layout that is wanted.</summary>
    public required ParallelLayout Layout { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>Samples of a step; a micro-batch has one.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>Pieces into which the state of a stage is cut; data-parallel ranks share them as evenly as they divide.</summary>
    public required int Units { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public required int CheckpointInterval { get; init; }

    /// <summary>Workers of each machine.</summary>
    public required IReadOnlyList<int> Workers { get; init; }

    /// <summary>Standbys of each machine.</summary>
    public required int Standbys { get; init; }

    /// <summary>Nodes that may host the coordinators.</summary>
    public required int Seeds { get; init; }

    /// <summary>Whether the launchers are nodes of the cluster and hold memory.</summary>
    public required bool Agents { get; init; }

    /// <summary>Whether training goes on with fewer copies of the model while there are too few workers.</summary>
    public required bool Shrink { get; init; }

    /// <summary>Whether a launcher's end ends its workers.</summary>
    public required bool OrphansEnd { get; init; }

    /// <summary>Whether the end of a rank breaks the connections that others wait on; else they wait until they are told.</summary>
    public required bool EndsBreakExchanges { get; init; }

    /// <summary>Milliseconds that a rank computes in a step.</summary>
    public required double ComputeMilliseconds { get; init; }

    /// <summary>The probability that a part of a checkpoint cannot be written.</summary>
    public required double WriteFailures { get; init; }

    /// <summary>The steps whose loss is not finite, so that their update is left out.</summary>
    public IReadOnlyList<int> Skipped { get; init; } = [];

    /// <summary>Nodes in all, where every process lives.</summary>
    public int Nodes => Seeds + Layout.World + Workers.Count * (1 + Standbys);

    public override string ToString() => $"{Layout}, {Steps} steps of {MicroBatches} samples, {Units} units a stage, a checkpoint every {CheckpointInterval}, workers {string.Join('+', Workers)}, "
        + $"{Standbys} standbys each, {Seeds} seeds, {(Agents ? "agents, " : "")}{(Shrink ? "shrinks, " : "")}{(OrphansEnd ? "orphans end, " : "")}{(EndsBreakExchanges ? "ends break exchanges, " : "")}{(Skipped.Count > 0 ? $"steps {string.Join(", ", Skipped)} diverge, " : "")}{ComputeMilliseconds} ms";

    /// <summary>Whether a step's update is left out.</summary>
    public bool IsSkipped(int step) => Skipped.Contains(step);

    /// <summary>How many updates are left out up to a step.</summary>
    public int SkippedUpTo(int step) => Skipped.Count(skipped => skipped <= step);

    /// <summary>The plan with steps that diverge: in one world of four, up to three, which may follow each other.</summary>
    public JobPlan WithDivergence(SeededRandom random) => random.Chance(0.25)
        ? this with { Skipped = [.. Enumerable.Range(0, random.Between(1, 4)).Select(_ => random.Between(1, Steps + 1)).Distinct().Order()] }
        : this;

    /// <summary>Draws one.</summary>
    public static JobPlan Draw(SeededRandom random)
    {
        var (pipeline, data, tensor) = DrawDegrees(random);
        var layout = new ParallelLayout(tensor, pipeline, data);
        var machines = Math.Min(layout.World, random.Pick([1, 1, 1, 2, 2, 3]));
        var interval = random.Pick([2, 3, 5, 8]);
        return new JobPlan
        {
            Layout = layout,
            Steps = layout.World > 16 ? random.Between(5, 9) : random.Between(6, 21),
            MicroBatches = data * random.Pick([1, 1, 2]) + random.Pick([0, 0, 1]),
            Units = data + random.Below(3),
            CheckpointInterval = interval,
            Workers = [.. Enumerable.Range(0, machines).Select(machine => layout.World / machines + (machine < layout.World % machines ? 1 : 0))],
            Standbys = layout.World > 16 ? random.Below(2) : random.Pick([0, 0, 1, 1, 2]),
            Seeds = random.Pick([2, 2, 3]),
            Agents = random.Chance(0.8),
            Shrink = random.Chance(0.8),
            OrphansEnd = random.Chance(0.5),
            EndsBreakExchanges = random.Chance(0.7),
            ComputeMilliseconds = random.Pick([20.0, 60.0, 150.0]),
            WriteFailures = random.Pick([0.0, 0.0, 0.0, 0.05]) / Math.Max(1, layout.World / 8.0),
        };
    }

    private static (int Pipeline, int Data, int Tensor) DrawDegrees(SeededRandom random) => random.Below(1_000) switch
    {
        < 600 => random.Pick([(1, 1, 1), (1, 2, 1), (2, 1, 1), (1, 3, 1), (2, 2, 1), (1, 4, 1), (1, 1, 2), (4, 1, 1)]),
        < 930 => random.Pick([(2, 3, 1), (2, 4, 1), (1, 2, 2), (4, 2, 1), (1, 5, 1), (3, 2, 1), (2, 2, 2)]),
        < 995 => random.Pick([(2, 5, 1), (4, 4, 1), (2, 4, 2), (3, 4, 1), (1, 9, 1)]),
        _ => random.Pick([(4, 6, 1), (4, 8, 1), (4, 6, 1), (4, 8, 1), (8, 4, 2), (4, 16, 1)]),
    };
}
