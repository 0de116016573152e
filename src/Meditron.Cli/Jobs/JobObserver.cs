using Meditron.Cli.Live;
using Meditron.Training;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Passes what a job tells on to a view, in words, and tells when it has ended.</summary>
internal sealed class JobObserver(IRunView view, RunHistory history, Job job, TimeProvider time) : IJobObserver
{
    private readonly TaskCompletionSource<JobOutcome> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource firstGeneration = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? lastRefusal;
    private volatile int step;
    private bool begun;

    /// <summary>How the job ended.</summary>
    public Task<JobOutcome> Outcome => outcome.Task;

    /// <summary>Completed once the first generation trains.</summary>
    public Task Begun => firstGeneration.Task;

    /// <summary>The worker that was refused last, and why; null where none was.</summary>
    public string? LastRefusal => lastRefusal;

    /// <summary>What the view was told of the run.</summary>
    public RunHeader Header { get; } = MakeHeader(job);

    /// <summary>Another seed has come, which can take over.</summary>
    public void SeedJoined(string what)
    {
        new RunLog(job.Folder, time).Event("seed-joined", step, what);
        Happened(new RunEvent("seed-joined", step, what, time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public void Began(TrainingStatus status)
    {
        firstGeneration.TrySetResult();
        if (!begun)
        {
            begun = true;
            if (status.Step > 0)
            {
                history.AddEarlier(MetricsReports.Read(job.Folder, job.Inputs.Options.Steps, time).Where(report => report.Step <= status.Step));
            }

            view.Begin(Header);
        }

        view.Ranks(status.Ranks);
        view.Note($"step {status.Step}: training with {status.Layout.Tensor * status.Layout.Pipeline * status.Layout.Data} workers, generation {status.Generation}");
    }

    /// <inheritdoc/>
    public void Stepped(StepReport report)
    {
        step = report.Step;
        if (report.Step % job.Settings.Training.LogInterval == 0 || report.Step == report.TotalSteps || report.ValidationLoss is not null || report.Skipped)
        {
            view.Step(report);
        }
    }

    /// <inheritdoc/>
    public void Ranked(StepCompleted step) => view.Rank(step);

    /// <inheritdoc/>
    public void Happened(RunEvent happened)
    {
        if (happened.Event == "worker-refused")
        {
            lastRefusal = happened.Detail;
        }

        if (happened.Event == "taken-over")
        {
            firstGeneration.TrySetResult();
        }

        if (happened.Event is not ("skipped-step" or "end"))
        {
            view.Note($"step {happened.Step}: {happened.Event}, {happened.Detail}");
        }
    }

    /// <inheritdoc/>
    public void Ended(JobOutcome outcome) => this.outcome.TrySetResult(outcome);

    private static RunHeader MakeHeader(Job job)
    {
        var settings = job.Settings;
        var (model, options) = (job.Inputs.Model, job.Inputs.Options);
        var name = settings.Model.From.Length > 0 ? settings.Model.From : settings.Model.Preset;
        return new RunHeader(
            settings.Run.Name,
            $"{name}, {Quantity.Short(model.ParameterCount)} parameters, vocabulary {Quantity.Count(model.VocabularySize)}",
            $"{settings.Parallel.Layout}, {settings.Parallel.Layout.World} workers, {KeyNames.ToKey(options.Precision.ToString())}, {Quantity.Count(options.TokensPerStep)} tokens a step",
            options.Steps,
            null);
    }
}
