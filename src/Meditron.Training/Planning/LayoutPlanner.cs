using System.Globalization;
using Meditron.Llama;
using Meditron.Training.Parallel;

namespace Meditron.Training.Planning;

/// <summary>
/// Predicts memory, traffic and speed of a layout from the sizes that its ranks would allocate and exchange, and finds layouts that work: pure functions. A step is
/// the pipeline's (m + p - 1) micro-batches of the costliest stage, the exchange among data-parallel ranks, and the update; transfers between stages are hidden
/// behind computing as far as they are no longer than it, tensor parallelism's collectives are not hidden.
/// </summary>
public static class LayoutPlanner
{
    // A full pass again for full recomputation: four thirds of forward and backward.
    private const double FullRecompute = 4.0 / 3;

    // Reads of gradient, master weight and moments, writes of the last three and of the weights: bytes an element.
    private const double UpdateBytes = 30;

    /// <summary>Predicts one layout.</summary>
    public static LayoutPlan Plan(PlanRequest request, ParallelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.World > request.Devices)
        {
            return LayoutPlan.Refused(layout, $"{layout} has {layout.World} ranks (meditron.parallel), but {request.Nodes} nodes of {request.DevicesPerNode} devices are {request.Devices}; a device takes one rank.");
        }

        StageGeometry geometry;
        List<StagePrediction> stages;
        try
        {
            geometry = new StageGeometry(request.Model, request.Options, layout);
            stages = [.. Enumerable.Range(0, layout.Pipeline).Select(stage => Predict(request, geometry, stage))];
        }
        catch (LlamaConfigException e)
        {
            return LayoutPlan.Refused(layout, e.Message);
        }

        var micro = geometry.Shares.Largest;
        var update = stages.Max(stage => stage.Memory.Weights) / (request.Options.Precision == Precision.Bf16 ? 2.0 : 4) / layout.Data * UpdateBytes / request.Device.MemoryBandwidth;
        var step = (micro + layout.Pipeline - 1) * stages.Max(stage => stage.MicroBatchSeconds) + stages.Max(stage => stage.Data.Seconds) + update;
        var speed = request.Options.TokensPerStep / step;
        var largest = stages.MaxBy(stage => stage.Memory.Total)!;
        return new LayoutPlan(
            layout,
            largest.Memory.Total <= request.Device.MemoryBytes ? null : TooLarge(request, layout, largest.Memory),
            stages,
            micro,
            PipelineSchedule.Bubble(layout.Pipeline, micro),
            update,
            step,
            speed,
            speed * request.Model.FlopsPerToken(request.Options.SequenceLength) / (request.Device.Flops(request.Options.Precision) * layout.World));
    }

    /// <summary>All layouts that take every device and work, the fastest first.</summary>
    public static IReadOnlyList<LayoutPlan> Search(PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. Layouts(request.Devices).Select(layout => Plan(request, layout)).Where(plan => plan.IsGood).OrderByDescending(plan => plan.TokensPerSecond)];
    }

    /// <summary>The working layout whose degrees differ least from those of one that does not work; null where none works.</summary>
    public static LayoutPlan? Nearest(PlanRequest request, ParallelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Search(request).MinBy(plan => Distance(plan.Layout, layout));
    }

    private static IEnumerable<ParallelLayout> Layouts(int devices) =>
        from tensor in Divisors(devices)
        from pipeline in Divisors(devices / tensor)
        select new ParallelLayout(tensor, pipeline, devices / tensor / pipeline);

    private static IEnumerable<int> Divisors(int number) => Enumerable.Range(1, number).Where(divisor => number % divisor == 0);

    private static double Distance(ParallelLayout one, ParallelLayout other)
    {
        return Steps(one.Tensor, other.Tensor) + Steps(one.Pipeline, other.Pipeline) + Steps(one.Data, other.Data);

        static double Steps(int a, int b) => Math.Abs(Math.Log2((double)a / b));
    }

    private static StagePrediction Predict(PlanRequest request, StageGeometry geometry, int stage)
    {
        var (model, options, layout) = (request.Model, request.Options, geometry.Layout);
        var span = geometry.Spans[stage];
        var rank = layout.RankOf(new RankCoordinates(0, 0, stage));
        var memory = Enumerable.Range(0, layout.Data).Select(data => RankMemory.Of(geometry, layout.RankOf(new RankCoordinates(0, data, stage)), request.Schedule)).MaxBy(each => each.Total)!;
        double tokens = (double)options.MicroBatch * options.SequenceLength, width = options.Precision == Precision.Bf16 ? 2 : 4, micro = geometry.Shares.Largest;
        var full = options.Recompute == Recompute.Full;
        var compute = tokens * Flops(model, span, options.SequenceLength) / layout.Tensor / (request.Device.Flops(options.Precision) * request.Device.Efficiency) * (full ? FullRecompute : 1);

        // Sequence parallelism: each layer gathers and scatters twice in either pass; what is not kept is gathered again.
        var collectives = (8 + (options.Recompute == Recompute.None ? 0 : 2) + (full ? 4 : 0)) * span.LayerCount + (span.HasEmbedding ? 2 : 0) + (span.HasHead ? 2 : 0);
        var shared = layout.Tensor > 1 ? collectives * tokens * model.HiddenSize * width * (layout.Tensor - 1) / layout.Tensor : 0;
        var neighbours = (span.HasEmbedding ? 0 : 1) + (span.HasHead ? 0 : 1);
        var passed = tokens / layout.Tensor * model.HiddenSize * width * neighbours;
        var length = memory.Weights / width;
        var reduced = length * (layout.Data - 1) / layout.Data * (sizeof(float) + width);

        var tensor = Traffic(request, layout.TensorGroup(rank), shared * micro);
        var pipeline = Traffic(request, layout.PipelineGroup(rank), passed * micro);
        return new StagePrediction(
            span, memory, compute, tensor, pipeline, Traffic(request, layout.DataGroup(rank), reduced), Math.Max(compute + tensor.Seconds / micro, pipeline.Seconds / micro));
    }

    private static LinkTraffic Traffic(PlanRequest request, IEnumerable<int> group, double bytes)
    {
        var within = request.OnOneNode(group);
        return new LinkTraffic(bytes, within, bytes / request.Bandwidth(within));
    }

    /// <summary>Matrix work of a token in a stage, forward and backward.</summary>
    private static double Flops(LlamaConfig model, StageSpan span, int sequenceLength)
    {
        double hidden = model.HiddenSize, key = (double)model.KvHeads * model.HeadSize;
        var layer = 6 * (2 * hidden * hidden + 2 * hidden * key + 3 * hidden * model.FfnSize) + 6 * hidden * sequenceLength;
        return layer * span.LayerCount + (span.HasHead ? 6 * hidden * model.PaddedVocabularySize : 0);
    }

    private static string TooLarge(PlanRequest request, ParallelLayout layout, RankMemory memory) => string.Create(
        CultureInfo.InvariantCulture,
        $"{layout} needs {Gigabytes(memory.Total)} GB on a rank, but {request.Device.Name} has {Gigabytes(request.Device.MemoryBytes)} GB: weights {Gigabytes(memory.Weights)}, gradients {Gigabytes(memory.Gradients)}, "
        + $"master weights and moments {Gigabytes(memory.State)}, activations {Gigabytes(memory.Activations)}. Raise tensor or pipeline, or set training.recompute = full or a smaller training.micro-batch.");

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
