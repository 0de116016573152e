using Meditron.Cli.Jobs;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training;
using Meditron.Training.Preparation;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Live;

/// <summary>Passes what a run tells on to a view, in words.</summary>
/// <param name="view">The view.</param>
/// <param name="history">Given what earlier starts of the run reported.</param>
/// <param name="settings">The run's settings.</param>
/// <param name="measurePeak">Whether to measure the machine's peak before the first step.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingObserver(IRunView view, RunHistory history, MeditronSettings settings, bool measurePeak, TimeProvider time) : ITrainingObserver, IDisposable
{
    private IDisposable? listed;

    /// <summary>What the run began with; null before it did.</summary>
    public RunStart? Start { get; private set; }

    /// <summary>What the view was told of the run.</summary>
    public RunHeader? Header { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => listed?.Dispose();

    /// <inheritdoc/>
    public void Preparing(PreparationProgress progress) => view.Preparing(progress.What, progress.Done);

    /// <inheritdoc/>
    public void Started(RunStart start)
    {
        Start = start;
        listed = new JobNodes(start.Folder).Add(JobNode.Self("train", null, null));
        if (start.FirstStep > 1)
        {
            history.AddEarlier(MetricsReports.Read(start.Folder, start.Options.Steps, time));
        }

        double? peak = null;
        if (measurePeak && start.Device == "cpu")
        {
            view.Preparing("measuring the machine's matrix products", null);
            peak = MachinePeak.Measure(start.Options.Precision == Llama.Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        }

        var name = settings.Model.From.Length > 0 ? settings.Model.From : settings.Model.Preset;
        Header = new RunHeader(
            settings.Run.Name,
            $"{name}, {Quantity.Short(start.Model.ParameterCount)} parameters, vocabulary {Quantity.Count(start.Model.VocabularySize)}",
            $"{start.Device}, {start.Threads} thread{(start.Threads == 1 ? "" : "s")}, {KeyNames.ToKey(start.Options.Precision.ToString())}, {Quantity.Count(start.Options.TokensPerStep)} tokens a step of {Quantity.Short(start.TrainingTokens)}, {Quantity.Bytes(start.PlannedBytes)} planned",
            start.Options.Steps,
            peak);
        view.Begin(Header);
    }

    /// <inheritdoc/>
    public void Stepped(StepReport report)
    {
        if (report.Step % settings.Training.LogInterval == 0 || report.Step == report.TotalSteps || report.ValidationLoss is not null || report.Skipped)
        {
            view.Step(report);
        }
    }

    /// <inheritdoc/>
    public void Happened(RunEvent happened)
    {
        // What the view shows anyway, or the summary says at the end, needs no line.
        if (happened.Event is not ("skipped-step" or "end"))
        {
            view.Note($"step {happened.Step}: {happened.Event}, {happened.Detail}");
        }
    }
}
