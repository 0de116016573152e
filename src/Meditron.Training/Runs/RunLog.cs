namespace Meditron.Training.Runs;

/// <summary>
/// Writes a run's metrics and events, and reads the metrics back. What cannot be written, as the disk is full or gone, waits in memory and is written in its
/// order as soon as it can be: training does not end of it.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="time">The clock.</param>
/// <param name="told">Told once when lines begin to wait, and once when they have been written.</param>
public sealed class RunLog(RunFolder folder, TimeProvider time, Action<RunEvent>? told = null)
{
    /// <summary>Lines that may wait; beyond them the oldest is given up.</summary>
    public const int MostWaiting = 100_000;

    private readonly Queue<Action> waiting = new();
    private DateTimeOffset? since;
    private long lost;

    /// <summary>Lines that wait to be written.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Appends a step to the metrics.</summary>
    public void Step(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var line = new MetricsLine
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
        };
        Keep(report.Step, () => JsonLines.Append(folder.Metrics, line, RunJson.Default.MetricsLine));
    }

    /// <summary>Appends an event.</summary>
    public void Event(string name, int step, string detail)
    {
        var line = new RunEvent(name, step, detail, time.GetUtcNow());
        Keep(step, () => JsonLines.Append(folder.Events, line, RunJson.Default.RunEvent));
    }

    /// <summary>A line of the metrics; null where it is none.</summary>
    public static MetricsLine? ParseMetrics(string line) => JsonLines.Parse(line, RunJson.Default.MetricsLine);

    /// <summary>A line of the events; null where it is none.</summary>
    public static RunEvent? ParseEvent(string line) => JsonLines.Parse(line, RunJson.Default.RunEvent);

    /// <summary>The metrics written so far.</summary>
    public IReadOnlyList<MetricsLine> ReadMetrics() => [.. JsonLines.Read(folder.Metrics, RunJson.Default.MetricsLine)];

    /// <summary>The events written so far.</summary>
    public IReadOnlyList<RunEvent> ReadEvents() => [.. JsonLines.Read(folder.Events, RunJson.Default.RunEvent)];

    /// <summary>Drops the metrics of steps after the one training resumes from, since they will be written again.</summary>
    public void RewindTo(int step) => Keep(step, () => JsonLines.Keep(folder.Metrics, RunJson.Default.MetricsLine, line => line.Step <= step));

    private void Keep(int step, Action write)
    {
        waiting.Enqueue(write);
        var count = waiting.Count;
        try
        {
            while (waiting.TryPeek(out var next))
            {
                next();
                waiting.Dequeue();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (waiting.Count > MostWaiting)
            {
                waiting.Dequeue();
                lost++;
            }

            if (since is null)
            {
                since = time.GetUtcNow();
                told?.Invoke(new RunEvent("log-failed", step, $"{folder.Path} takes no metrics and events, which wait in memory: {exception.Message}", since.Value));
            }

            return;
        }

        if (since is { } begin)
        {
            since = null;
            var detail = $"{count} metrics and events that had waited since {begin:yyyy-MM-ddTHH:mm:ss'Z'} are written{(lost > 0 ? $", and {lost} older ones are lost" : "")}";
            lost = 0;
            Event("log-written", step, detail);
            told?.Invoke(new RunEvent("log-written", step, detail, time.GetUtcNow()));
        }
    }
}
