using Meditron.Training;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Cli.Live;

/// <summary>Shows a run as one line a report, for logs and pipes.</summary>
internal sealed class PlainView(RunHistory history, Action<string> write) : IRunView
{
    private RunHeader? header;
    private string? preparing;

    /// <inheritdoc/>
    public void Preparing(string what, double? share)
    {
        // One line for each thing, not for each step of its progress.
        var thing = what.Split(':')[0];
        if (thing != preparing)
        {
            preparing = thing;
            write(thing);
        }
    }

    /// <inheritdoc/>
    public void Begin(RunHeader header)
    {
        this.header = header;
        write($"run {header.Name}: {header.Model}; {header.Compute}; {Quantity.Count(header.TotalSteps)} steps{(header.PeakGflops is { } peak ? $"; GEMM peak {peak:0} GFLOP/s" : "")}");
    }

    /// <inheritdoc/>
    public void Step(StepReport report)
    {
        var line = $"step {report.Step}/{report.TotalSteps}  loss {Quantity.Fixed(report.Loss)}";
        if (report.ValidationLoss is { } validation)
        {
            line += $"  validation {Quantity.Fixed(validation)}";
        }

        line += $"  lr {Quantity.Rate(report.LearningRate)}  grad {Quantity.Fixed(report.GradNorm, 3)}  {report.TokensPerSecond:0} tokens/s";
        if (header?.PeakGflops is { } peak)
        {
            line += $"  {100 * report.Gflops / peak:0}% of peak";
        }

        line += $"  elapsed {Quantity.Time(report.Elapsed)}  eta {Quantity.Time(history.Remaining ?? TimeSpan.Zero)}";
        write(report.Skipped ? line + "  SKIPPED: gradient not finite" : line);
    }

    /// <inheritdoc/>
    public void Ranks(IReadOnlyList<RankStatus> ranks)
    {
        foreach (var rank in ranks)
        {
            write($"rank {rank.Rank}: stage {rank.Stage}, data {rank.Data}, tensor {rank.Tensor}, process {rank.Worker.ProcessId} on {rank.Worker.Host}, {rank.Worker.Device}, {rank.Worker.Threads} thread{(rank.Worker.Threads == 1 ? "" : "s")}");
        }
    }

    /// <inheritdoc/>
    public void Note(string text) => write(text);
}
