using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>What every rank of a layout knows of every other without asking: spans, shards and shares. Allocates no tensor.</summary>
public sealed class StageGeometry
{
    private readonly ShardPlan[][] plans;

    /// <summary>Works the geometry out.</summary>
    /// <exception cref="LlamaConfigException">The layout does not fit the model or the batch.</exception>
    public StageGeometry(LlamaConfig model, TrainerOptions options, ParallelLayout layout)
    {
        options.Validate();
        Model = model;
        Options = options;
        Layout = layout;
        Spans = StageSplit.Create(model, layout.Pipeline, options.SequenceLength);
        if (options.MicroBatches < layout.Data)
        {
            throw new LlamaConfigException(
                $"A step's {options.MicroBatches} micro-batches (training.global-batch {options.GlobalBatch} / training.micro-batch {options.MicroBatch}) cannot be divided over "
                + $"{layout.Data} data-parallel ranks: each needs at least one. Raise training.global-batch, or lower training.micro-batch or parallel.data.");
        }

        Shares = new MicroBatchShares(options.MicroBatches, layout.Data);
        plans =
        [
            .. Spans.Select(span => Enumerable.Range(0, layout.Tensor)
                .Select(tensor => ShardPlan.Create(ParameterLayout.Create(model, span, new TensorShard(tensor, layout.Tensor)), layout.Data)).ToArray()),
        ];
    }

    /// <summary>The whole model.</summary>
    public LlamaConfig Model { get; }

    /// <summary>What a step does.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The degrees of parallelism.</summary>
    public ParallelLayout Layout { get; }

    /// <summary>The layers of each stage.</summary>
    public IReadOnlyList<StageSpan> Spans { get; }

    /// <summary>The micro-batches of each data-parallel rank.</summary>
    public MicroBatchShares Shares { get; }

    /// <summary>The parameters of a rank's stage, and which data-parallel rank owns what of them.</summary>
    public ShardPlan PlanOf(RankCoordinates at) => plans[at.Stage][at.Tensor];

    /// <summary>The schedule of a rank.</summary>
    public PipelineSchedule ScheduleOf(RankCoordinates at, PipelineScheduleKind kind) =>
        PipelineSchedule.Create(kind, at.Stage, Layout.Pipeline, Shares.CountOf(at.Data));
}
