using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Divergence;
using Meditron.Training.Optimization;
using Meditron.Training.Preparation;
using Meditron.Training.Settings;

namespace Meditron.Training.Runs;

/// <summary>
/// One start of a run in this process: prepares the data, allocates, resumes from the newest good checkpoint, trains to the last step
/// or until asked to stop, and leaves a checkpoint behind.
/// </summary>
public sealed class TrainingRun
{
    /// <summary>Above this many tokens the unigram entropy is not computed, since counting would delay the start.</summary>
    private const long MostTokensForEntropy = 200_000_000;

    private readonly LoadedSettings loaded;
    private readonly MeditronSettings settings;
    private readonly ITrainingObserver observer;
    private readonly TimeProvider time;
    private readonly RunFolder folder;
    private readonly RunLog log;
    private readonly CheckpointStore store;
    private int failedCheckpoints;
    private CheckpointEntry? oldest;
    private string? diverged;
    private CheckpointEntry? saved;

    /// <summary>Creates the run; nothing is read or written yet.</summary>
    /// <param name="loaded">Settings, and the configuration they came from.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public TrainingRun(LoadedSettings loaded, ITrainingObserver observer, TimeProvider time)
    {
        this.loaded = loaded;
        this.observer = observer;
        this.time = time;
        settings = loaded.Settings;
        folder = new RunFolder(settings.Run.Path);
        log = new RunLog(folder, time, observer.Happened);
        store = new CheckpointStore(folder.Checkpoints);
    }

    /// <summary>Trains. When <paramref name="stop"/> is cancelled the step under way is finished, a checkpoint saved, and the summary returned.</summary>
    public RunSummary Run(CancellationToken stop)
    {
        settings.Data.RequireInputs();
        var resume = RunResume.Find(settings, store);
        folder.Create();
        File.WriteAllText(folder.Configuration, loaded.ToHocon());
        var threads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads;
        torch.set_num_threads(threads);
        long planned = 0;
        using var inputs = RunInputs.Open(
            settings,
            folder,
            threads,
            observer.Preparing,
            (data, model, options) =>
            {
                planned = Trainer.PlannedBytes(model, options);
                MachineMemory.Require(planned, MachineMemory.AvailableBytes());
                resume.RequireSame(model, data);
            },
            stop);
        var (data, model, options, samples) = (inputs.Data, inputs.Model, inputs.Options, inputs.Samples);
        var device = Devices.Resolve(settings.Device);
        IKernels kernels = device.type == DeviceType.CPU ? new FusedKernels() : new AtenKernels();
        using var trainer = new Trainer(model, options, samples.Train!, samples.Validation, kernels, device, time);
        Begin(trainer, resume, model);
        var entropy = Entropy(samples, model);
        observer.Started(new RunStart(
            folder, model, options, trainer.Step + 1, samples.Datasets.Sum(dataset => dataset.Tokens), entropy, planned, device.ToString(), threads));
        return Train(trainer, model, data, entropy, stop);
    }

    private double? Entropy(SampleSets samples, LlamaConfig model)
    {
        if (samples.Datasets.Sum(dataset => dataset.Tokens) > MostTokensForEntropy)
        {
            return null;
        }

        return UnigramEntropy.Compute(samples.Datasets, settings.Data.Split, model.VocabularySize);
    }

    private void Begin(Trainer trainer, RunResume resume, LlamaConfig model)
    {
        foreach (var partial in store.DeletePartial())
        {
            Happened("checkpoint-partial", 0, $"deleted {partial}, which a process that died in the middle of a save left behind");
        }

        foreach (var (entry, problem) in resume.Rejected)
        {
            Happened("checkpoint-rejected", entry.Step, problem);
        }

        if (resume.Reader is { } reader)
        {
            reader.Load(CheckpointTensors.Of(trainer.Parameters, trainer.Optimizer));
            var manifest = reader.Manifest;
            trainer.Restored(manifest.Position, manifest.History.Select(step => step.ToPosition()));
            trainer.Rollbacks = manifest.Rollbacks;
            log.RewindTo(manifest.Step);
            saved = reader.Entry;
            oldest = resume.Explicit ? reader.Entry : null;
            Happened("resume", manifest.Step, $"from {reader.Entry.Path}");
        }
        else
        {
            log.RewindTo(0);
            if (settings.Model.From.Length > 0)
            {
                RunModel.LoadWeights(settings.Model.From, trainer.Parameters);
            }

            Happened("start", 0, $"{model.ParameterCount} parameters, seed {settings.Training.Seed}");
        }
    }

    private RunSummary Train(Trainer trainer, LlamaConfig model, PreparedData data, double? entropy, CancellationToken stop)
    {
        var begin = time.GetTimestamp();
        var first = trainer.Step;
        StepReport? last = null;
        double? validation = null;
        while (trainer.Step < settings.Training.Steps && !stop.IsCancellationRequested && diverged is null)
        {
            last = Step(trainer, begin);
            if (last.Verdict == StepVerdict.Rollback)
            {
                RollBack(trainer, last);
                continue;
            }

            if (last.Verdict == StepVerdict.Stop)
            {
                diverged = $"training cannot go on after step {trainer.Step}: in step {last.Step} {last.Judgement!.Reason}";
                Happened("diverged", trainer.Step, diverged);
                break;
            }

            validation = last.ValidationLoss ?? validation;
            var interval = settings.Checkpoint.Interval;
            if (interval > 0 && trainer.Step % interval == 0 && trainer.Step < settings.Training.Steps)
            {
                Save(trainer, model, data, last.ValidationLoss);
            }
        }

        var interrupted = trainer.Step < settings.Training.Steps && diverged is null;
        if (interrupted)
        {
            Happened("interrupted", trainer.Step, "asked to stop");
        }

        if (saved?.Step != trainer.Step)
        {
            Save(trainer, model, data, last?.ValidationLoss);
        }

        var current = saved?.Step == trainer.Step;
        Happened("end", trainer.Step, diverged ?? (interrupted ? "interrupted" : "all steps taken"));
        return new RunSummary(
            folder,
            trainer.Step,
            trainer.Step - first,
            last?.Loss,
            validation,
            trainer.SamplesConsumed * settings.Training.SequenceLength,
            time.GetElapsedTime(begin),
            trainer.SkippedSteps,
            interrupted,
            current ? saved!.Path : null,
            failedCheckpoints,
            diverged,
            log.Waiting,
            entropy);
    }

    private StepReport Step(Trainer trainer, long begin)
    {
        var training = settings.Training;
        var report = trainer.TrainStep();
        if (report.Verdict is StepVerdict.Rollback or StepVerdict.Stop)
        {
            return report;
        }

        var end = trainer.Step == training.Steps;
        if (training.EvalInterval > 0 && (trainer.Step % training.EvalInterval == 0 || end))
        {
            report = report with { ValidationLoss = trainer.Validate() };
        }

        report = report with { Elapsed = time.GetElapsedTime(begin) };
        if (trainer.Step % training.LogInterval == 0 || end || report.ValidationLoss is not null || report.Skipped)
        {
            log.Step(report);
        }

        if (report.Skipped)
        {
            Happened("skipped-step", trainer.Step, $"{report.Judgement!.Reason}; weights and moments are unchanged");
        }

        observer.Stepped(report);
        return report;
    }

    /// <summary>Goes back to the newest checkpoint up to the step that the plan has, or to the beginning; from there training takes the steps up to the plan's again.</summary>
    private void RollBack(Trainer trainer, StepReport report)
    {
        var target = RollbackPlan.TargetOf(report.Step, settings.Recovery.Divergence, settings.Checkpoint.Interval, trainer.Rollbacks);
        trainer.Rollbacks = RollbackPlan.Add(trainer.Rollbacks, new Rollback(target, report.Step, report.Judgement!.InARow, report.Loss, report.GradNorm));
        foreach (var entry in store.List().Append(oldest).OfType<CheckpointEntry>().Where(entry => entry.Step <= target && RollbackPlan.Outside(entry.Step, trainer.Rollbacks) == entry.Step).OrderByDescending(entry => entry.Step))
        {
            try
            {
                var reader = CheckpointReader.Open(entry);
                reader.Load(CheckpointTensors.Of(trainer.Parameters, trainer.Optimizer));
                trainer.Restored(reader.Manifest.Position, reader.Manifest.History.Select(step => step.ToPosition()));
                RolledBack(trainer, target, report, $"the checkpoint {entry.Path}");
                return;
            }
            catch (CheckpointException exception)
            {
                Happened("checkpoint-rejected", entry.Step, exception.Message);
            }
        }

        if (oldest is not null)
        {
            throw new CheckpointException(
                $"Step {report.Step} is to be rolled back ({report.Judgement!.Reason}), but the run began with the checkpoint of step {oldest.Step}, and none up to step {target} can be read. Lower meditron.recovery.loss-spike.rollback-steps, or name an older checkpoint as meditron.checkpoint.resume.");
        }

        trainer.Restart();
        if (settings.Model.From.Length > 0)
        {
            RunModel.LoadWeights(settings.Model.From, trainer.Parameters);
        }

        RolledBack(trainer, target, report, "the beginning");
    }

    private void RolledBack(Trainer trainer, int target, StepReport report, string from)
    {
        log.RewindTo(trainer.Step);
        Happened("rollback", target, $"in step {report.Step} {report.Judgement!.Reason}; from {from}, training goes on after step {report.Step} with the weights of step {target}, and the batches between are left out");
    }

    private void Save(Trainer trainer, LlamaConfig model, PreparedData data, double? validationLoss)
    {
        var position = new CheckpointPosition
        {
            Step = trainer.Step,
            Updates = trainer.Optimizer.Updates,
            SkippedSteps = trainer.SkippedSteps,
            SamplesConsumed = trainer.SamplesConsumed,
            TokenizerHash = data.Tokenizer?.Hash ?? "",
            DataHash = data.Hash,
            Configuration = loaded.ToHocon(),
            ValidationLoss = validationLoss,
            History = CheckpointStep.Of(trainer.History),
            Rollbacks = trainer.Rollbacks,
        };
        try
        {
            saved = store.Save(position, model, CheckpointTensors.Of(trainer.Parameters, trainer.Optimizer));
            Happened("checkpoint", trainer.Step, saved.Path);
        }
        catch (CheckpointException exception)
        {
            // A disk that is full for a while must not end hours of training: the failure is reported, and the next interval tries again.
            failedCheckpoints++;
            Happened("checkpoint-failed", trainer.Step, exception.Message);
            return;
        }

        try
        {
            store.Retain(settings.Checkpoint.KeepLast, settings.Checkpoint.KeepEvery);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Happened("retention-failed", trainer.Step, $"an old checkpoint could not be deleted: {exception.Message}");
        }
    }

    private void Happened(string name, int step, string detail)
    {
        log.Event(name, step, detail);
        observer.Happened(new RunEvent(name, step, detail, time.GetUtcNow()));
    }
}
