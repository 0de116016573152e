using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Checkpointing;

/// <summary>Decides which checkpoints are kept; a pure function.</summary>
public static class CheckpointRetention
{
    /// <summary>The checkpoints that no rule keeps.</summary>
    /// <param name="checkpoints">All, in the order of their steps.</param>
    /// <param name="keepLast">Newest to keep; 0 keeps all.</param>
    /// <param name="keepEvery">Steps divisible by this are kept; 0 for none.</param>
    /// <param name="keepBest">Lowest validation losses to keep; 0 for none.</param>
    public static IReadOnlyList<CheckpointCommitted> Doomed(IReadOnlyList<CheckpointCommitted> checkpoints, int keepLast, int keepEvery, int keepBest)
    {
        if (keepLast == 0)
        {
            return [];
        }

        var best = checkpoints
            .Where(checkpoint => checkpoint.Position.HasValidationLoss && double.IsFinite(checkpoint.Position.ValidationLoss))
            .OrderBy(checkpoint => checkpoint.Position.ValidationLoss)
            .ThenBy(checkpoint => checkpoint.Position.Step)
            .Take(keepBest)
            .Select(checkpoint => checkpoint.Position.Step)
            .ToHashSet();
        return
        [
            .. checkpoints
                .SkipLast(keepLast)
                .Where(checkpoint => (keepEvery == 0 || checkpoint.Position.Step % keepEvery != 0) && !best.Contains(checkpoint.Position.Step)),
        ];
    }
}
