using Meditron.Llama;
using Meditron.Training.Parallel;

namespace Meditron.Training.Planning;

/// <summary>What a rank's memory goes to, in bytes; the rank allocates exactly this.</summary>
/// <param name="Weights">The stage's weights in the format of the products.</param>
/// <param name="Gradients">The shard's gradient, and the fp32 sums of micro-batches along the canonical tree.</param>
/// <param name="GradientBuffers">How many of those sums there are at once.</param>
/// <param name="State">Fp32 master weights and moments of the rank's shard, in two versions.</param>
/// <param name="Activations">Activations of the micro-batches in flight, and the buffers of the passes.</param>
/// <param name="Slots">Micro-batches in flight.</param>
public sealed record RankMemory(long Weights, long Gradients, int GradientBuffers, long State, long Activations, int Slots)
{
    /// <summary>All of it.</summary>
    public long Total => Weights + Gradients + State + Activations;

    /// <summary>Works it out; allocates no tensor.</summary>
    public static RankMemory Of(StageGeometry geometry, int rank, PipelineScheduleKind schedule)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var place = geometry.Layout.At(rank);
        var shards = geometry.PlanOf(place);
        var length = shards.Layout.Length;
        var slots = geometry.ScheduleOf(place, schedule).Slots;
        var weights = (geometry.Options.Precision == Precision.Bf16 ? 2 : 4) * length;
        var shard = sizeof(float) * shards.ShardLength(place.Data);
        var buffers = GradientForest.BuffersFor(geometry.Shares.FirstOf(place.Data), geometry.Shares.CountOf(place.Data), geometry.Options.MicroBatches);
        return new RankMemory(
            weights,
            shard + buffers * length * sizeof(float),
            buffers,
            ShardedState.PlannedBytes(shards, place.Data, geometry.Options.Precision) - weights - shard,
            StagePlan.Create(geometry.Model, shards.Layout.Span, shards.Layout.Shard, RankTrainer.StageOptions(geometry.Options, slots)).ActivationBytes,
            slots);
    }
}
