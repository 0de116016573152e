using Meditron.Training;
using Meditron.Training.Runs;

namespace Meditron.Cli.Live;

/// <summary>Reads a run's metrics back as the reports that they were written from.</summary>
internal static class MetricsReports
{
    /// <summary>The reports of all starts of a run so far; times are not kept.</summary>
    public static List<StepReport> Read(RunFolder folder, int totalSteps, TimeProvider time) =>
    [
        .. new RunLog(folder, time).ReadMetrics().Select(line => new StepReport(
            line.Step, totalSteps, line.Loss, line.ValidationLoss, line.LearningRate, line.GradNorm, line.Skipped, line.Tokens, line.TokensPerSecond, line.Gflops, TimeSpan.Zero)),
    ];
}
