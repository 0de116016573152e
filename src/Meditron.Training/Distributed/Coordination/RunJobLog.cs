using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Runs;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Keeps a job's metrics and events in its run folder, and tells an observer.</summary>
public sealed class RunJobLog : IJobLog
{
    private readonly RunLog log;
    private readonly IJobObserver observer;
    private readonly TimeProvider time;
    private readonly TrainerOptions options;
    private readonly double flopsPerToken;
    private readonly long began;

    /// <summary>The newest step in the metrics; null until what an earlier start left there has been read.</summary>
    private int? recorded;

    /// <summary>Makes the log of a job.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="options">What a step does.</param>
    /// <param name="flopsPerToken">Matrix work of a training token.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public RunJobLog(RunFolder folder, TrainerOptions options, double flopsPerToken, IJobObserver observer, TimeProvider time)
    {
        this.options = options;
        this.flopsPerToken = flopsPerToken;
        this.observer = observer;
        this.time = time;
        log = new RunLog(folder, time, observer.Happened);
        began = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public int Recorded
    {
        get
        {
            try
            {
                return recorded ??= log.ReadMetrics() is [.., var last] ? last.Step : 0;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                // Better a step that is not told than one told twice.
                return int.MaxValue;
            }
        }
    }

    /// <inheritdoc/>
    public void Event(string name, int step, string detail)
    {
        log.Event(name, step, detail);
        observer.Happened(new RunEvent(name, step, detail, time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public void Begin(TrainingStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (recorded is null || status.Step < recorded)
        {
            log.RewindTo(status.Step);
        }

        recorded = status.Step;
        observer.Began(status);
    }

    /// <inheritdoc/>
    public void Step(StepCompleted step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var rate = step.Seconds > 0 ? options.TokensPerStep / step.Seconds : 0;
        var report = new StepReport(
            step.Step,
            options.Steps,
            step.Loss,
            step.HasValidationLoss ? step.ValidationLoss : null,
            step.LearningRate,
            step.GradientNorm,
            step.Skipped,
            step.SamplesConsumed * options.SequenceLength,
            rate,
            rate * flopsPerToken / 1e9,
            time.GetElapsedTime(began))
        {
            CopySeconds = step.HasCopy ? step.CopySeconds : null,
        };
        log.Step(report);
        recorded = step.Step;
        observer.Stepped(report);
    }

    /// <inheritdoc/>
    public void Rank(StepCompleted step) => observer.Ranked(step);

    /// <inheritdoc/>
    public void End(JobOutcome outcome) => observer.Ended(outcome);
}
