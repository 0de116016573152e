using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>Finds, from what ranks say of one micro-batch that several computed, who computed other bits: a pure function.</summary>
public static class ComputationVerdict
{
    /// <summary>Whether the first two computations agree.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="plan">Who computed.</param>
    /// <param name="words">What each rank says: of each computation that it took part in, a hash of its forward and one of its backward pass.</param>
    public static bool Agrees(ParallelLayout layout, VerificationPlan plan, IReadOnlyList<long[]> words) => FirstDifference(layout, plan, words) is null;

    /// <summary>
    /// Decides once others have computed the micro-batch again. Wrong is who made the first difference along the way of the micro-batch, since what came to it was
    /// equal; with tensor parallelism all ranks that differ there, which share their activations.
    /// </summary>
    /// <returns>The ranks that are wrong; where nobody has the majority, both that may be.</returns>
    public static IReadOnlyList<IntegrityFinding> Of(ParallelLayout layout, VerificationPlan plan, IReadOnlyList<long[]> words)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (FirstDifference(layout, plan, words) is not var (stage, pass, tensors))
        {
            return [];
        }

        var (forFirst, forSecond) = (0, 0);
        foreach (var tensor in tensors)
        {
            var (first, second) = (Said(plan.Data, 0), Said(plan.Verifier, 1));
            long[] others = plan.Third >= 0 ? [Said(plan.Third, 2)] : plan.Verifier == plan.Data ? [] : [Said(plan.Data, 2), Said(plan.Verifier, 3)];
            forFirst += others.Count(other => other == first);
            forSecond += others.Count(other => other == second);

            long Said(int data, int computation) => words[layout.RankOf(new RankCoordinates(tensor, data, stage))][2 * computation + pass];
        }

        var what = $"in the {(pass == 0 ? "forward" : "backward")} pass of micro-batch {plan.Micro} of data-parallel rank {plan.Data}";
        var isDecided = forFirst != forSecond || plan.Verifier == plan.Data;
        return [.. Suspects().Select(rank => new IntegrityFinding(rank, $"rank {rank} computed other bits than {Others()} {what}{(isDecided ? "" : ", or the other did: each came to the same again")}", true))];

        IEnumerable<int> Suspects()
        {
            IEnumerable<int> data = plan.Verifier == plan.Data || forSecond > forFirst ? [plan.Data] : forFirst > forSecond ? [plan.Verifier] : [plan.Data, plan.Verifier];
            return data.SelectMany(each => tensors.Select(tensor => layout.RankOf(new RankCoordinates(tensor, each, stage))));
        }

        string Others() => plan.Verifier == plan.Data ? "the time before" : plan.Third >= 0 ? "two others" : "its replica";
    }

    private static (int Stage, int Pass, IReadOnlyList<int> Tensors)? FirstDifference(ParallelLayout layout, VerificationPlan plan, IReadOnlyList<long[]> words)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(plan);
        var stages = Enumerable.Range(0, layout.Pipeline);
        foreach (var (stage, pass) in stages.Select(stage => (stage, 0)).Concat(stages.Reverse().Select(stage => (stage, 1))))
        {
            var differing = Enumerable.Range(0, layout.Tensor).Where(tensor =>
                words[layout.RankOf(new RankCoordinates(tensor, plan.Data, stage))][pass] != words[layout.RankOf(new RankCoordinates(tensor, plan.Verifier, stage))][2 + pass]).ToList();
            if (differing.Count > 0)
            {
                return (stage, pass, differing);
            }
        }

        return null;
    }
}
