using Meditron.Cmd.Palettes;
using Meditron.Llama;
using Meditron.Training;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Cli.Palettes;

/// <summary>Writes what a coordinator answers as lines: facts by name, and tables with a row for each thing and their number at the end.</summary>
/// <param name="model">The job's model.</param>
/// <param name="options">What a step of it does.</param>
internal sealed class TrainText(LlamaConfig model, TrainerOptions options)
{
    /// <summary>What the job is doing.</summary>
    public string Status(TrainingStatus status)
    {
        var seconds = status.Ranks.Count == 0 ? 0 : status.Ranks.Max(rank => rank.Seconds);
        var newest = status.Checkpoints.MaxBy(checkpoint => checkpoint.Position.Step);
        var phases = status.Ranks.GroupBy(rank => rank.Phase).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Name(group.Key)}");
        IEnumerable<(string, string)> copies = status.Copies.Length > 0 ? [("copies", $"{status.Copies}; the last step waited {Seconds(status.Ranks.Max(rank => rank.CopySeconds))} for them")] : [];
        return FactText.Of(
        [
            ("run", status.Run),
            ("phase", $"{status.Phase}: {status.Reason}"),
            ("step", $"{Quantity.Count(status.Step)} of {Quantity.Count(status.Steps)}"),
            ("loss", status.Loss > 0 ? Quantity.Fixed(status.Loss) : "none yet"),
            ("speed", seconds > 0 ? $"{Quantity.Short(options.TokensPerStep / seconds)} tokens/s, {Quantity.Fixed(seconds, 3)} s a step" : "none yet"),
            ("layout", $"{LayoutOf(status)}, generation {status.Generation}"),
            ("workers", $"{(status.Ranks.Count == 0 ? $"0 of {LayoutOf(status).World}" : string.Join(", ", phases))}, {status.Standbys.Count} waiting"),
            ("checkpoint", newest is null ? "none yet" : $"step {Quantity.Count(newest.Position.Step)}, {newest.Path}"),
            .. copies,
            .. (IEnumerable<(string, string)>)(status.Database.Length == 0 ? [] : [("database", status.Database)]),
        ]);
    }

    /// <summary>A row for each rank, then those that wait.</summary>
    public string Workers(TrainingStatus status) => string.Join('\n', status.Ranks
        .Select(rank => $"rank {rank.Rank} | stage {rank.Stage}, data {rank.Data}, tensor {rank.Tensor} | {WorkerText(rank.Worker)} | {Name(rank.Phase)} | step {rank.Step} | {Seconds(rank.Seconds)} a step, computing {Seconds(rank.ComputeSeconds)}{(status.Draining.Contains(rank.Worker.Id) ? " | draining" : "")}")
        .Concat(status.Standbys.Select(worker => $"waiting | | {WorkerText(worker)} | {(status.Draining.Contains(worker.Id) ? "drained" : worker.Standby ? "standby" : "spare")} | |"))
        .Append(Count(status.Ranks.Count + status.Standbys.Count, "worker")));

    /// <summary>A row for each stage's replica.</summary>
    public string Stages(TrainingStatus status, IReadOnlyList<StageStatus> stages)
    {
        var spans = Spans(status);
        return string.Join('\n', stages
            .SelectMany(stage => stage.Replicas.OrderBy(replica => replica.Rank).Select(replica =>
                $"stage {stage.Stage} | {Layers(spans[stage.Stage])} | rank {replica.Rank} | step {replica.Step} | computes {Seconds(replica.ComputeSeconds)} a step | {(replica.Slow ? "slow" : "")}"))
            .Append(Count(stages.Count, "stage")));
    }

    /// <summary>How the ranks are laid out.</summary>
    public string Layout(TrainingStatus status)
    {
        var layout = LayoutOf(status);
        var spans = Spans(status);
        var ranks = Enumerable.Range(0, layout.World).ToList();
        return string.Join('\n',
        [
            $"{layout}, {layout.World} ranks{(status.Ranks.Count == 0 ? " (not running)" : $", generation {status.Generation}")}",
            .. spans.Select((span, stage) => $"stage {stage} | {Layers(span)} | ranks {string.Join(", ", ranks.Where(rank => layout.At(rank).Stage == stage))}"),
            .. Groups("tensor", layout.Tensor, ranks.Select(layout.TensorGroup)),
            .. Groups("data", layout.Data, ranks.Select(layout.DataGroup)),
            .. Groups("pipeline", layout.Pipeline, ranks.Select(layout.PipelineGroup)),
        ]);
    }

    /// <summary>A row for each checkpoint, oldest first.</summary>
    public static string Checkpoints(TrainingStatus status) => string.Join('\n', status.Checkpoints
        .OrderBy(checkpoint => checkpoint.Position.Step)
        .Select(checkpoint => $"step {checkpoint.Position.Step} | {Quantity.Bytes(checkpoint.Bytes)} | {(checkpoint.Position.HasValidationLoss ? $"validation loss {Quantity.Fixed(checkpoint.Position.ValidationLoss)}" : "")} | generation {checkpoint.Position.Generation} | {checkpoint.Path}")
        .Append(Count(status.Checkpoints.Count, "checkpoint")));

    private static ParallelLayout LayoutOf(TrainingStatus status) => new(status.Layout.Tensor, status.Layout.Pipeline, status.Layout.Data);

    private IReadOnlyList<StageSpan> Spans(TrainingStatus status) => StageSplit.Create(model, status.Layout.Pipeline, options.SequenceLength);

    private static string Layers(StageSpan span) =>
        $"layers {span.FirstLayer} to {span.FirstLayer + span.LayerCount - 1}{(span.HasEmbedding ? ", embedding" : "")}{(span.HasHead ? ", output" : "")}";

    private static IEnumerable<string> Groups(string name, int size, IEnumerable<IReadOnlyList<int>> groups) => size == 1
        ? []
        : [$"{name} groups | {string.Join(" | ", groups.Select(group => string.Join(", ", group)).Distinct(StringComparer.Ordinal))}"];

    private static string WorkerText(WorkerDescription worker) => $"{AssignmentPlan.Name(worker)}, {worker.Device}, {worker.Threads} thread{(worker.Threads == 1 ? "" : "s")}";

    private static string Name(WorkerPhase phase) => phase.ToString().ToLowerInvariant();

    private static string Seconds(double seconds) => $"{Quantity.Fixed(seconds, 3)} s";

    private static string Count(int count, string what) => $"Count: {count} {what}{(count == 1 ? "" : "s")}";
}
