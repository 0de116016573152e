namespace Meditron.Training.Runs;

/// <summary>Writes a run's metrics and events, and reads the metrics back.</summary>
public sealed class RunLog(RunFolder folder, TimeProvider time)
{
    /// <summary>Appends a step to the metrics.</summary>
    public void Step(StepReport report) => JsonLines.Append(
        folder.Metrics,
        new MetricsLine
        {
            Step = report.Step,
            Loss = report.Loss,
            ValidationLoss = report.ValidationLoss,
            LearningRate = report.LearningRate,
            GradNorm = report.GradNorm,
            Skipped = report.Skipped,
            Tokens = report.Tokens,
            TokensPerSecond = report.TokensPerSecond,
            Gflops = report.Gflops,
            CopySeconds = report.CopySeconds,
            Time = time.GetUtcNow(),
        },
        RunJson.Default.MetricsLine);

    /// <summary>Appends an event.</summary>
    public void Event(string name, int step, string detail) =>
        JsonLines.Append(folder.Events, new RunEvent(name, step, detail, time.GetUtcNow()), RunJson.Default.RunEvent);

    /// <summary>A line of the metrics; null where it is none.</summary>
    public static MetricsLine? ParseMetrics(string line) => JsonLines.Parse(line, RunJson.Default.MetricsLine);

    /// <summary>A line of the events; null where it is none.</summary>
    public static RunEvent? ParseEvent(string line) => JsonLines.Parse(line, RunJson.Default.RunEvent);

    /// <summary>The metrics written so far.</summary>
    public IReadOnlyList<MetricsLine> ReadMetrics() => [.. JsonLines.Read(folder.Metrics, RunJson.Default.MetricsLine)];

    /// <summary>The events written so far.</summary>
    public IReadOnlyList<RunEvent> ReadEvents() => [.. JsonLines.Read(folder.Events, RunJson.Default.RunEvent)];

    /// <summary>Drops the metrics of steps after the one training resumes from, since they will be written again.</summary>
    public void RewindTo(int step) => JsonLines.Keep(folder.Metrics, RunJson.Default.MetricsLine, line => line.Step <= step);
}
