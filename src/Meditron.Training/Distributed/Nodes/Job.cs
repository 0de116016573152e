using System.Globalization;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Chaos;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Checkpointing;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Integrity;
using Meditron.Training.Parallel;
using Meditron.Training.Preparation;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Nodes;

/// <summary>A job as one process of it sees it: settings and inputs, and what follows from them for coordinators and workers.</summary>
public sealed class Job : IDisposable
{
    private readonly LoadedSettings loaded;
    private readonly TimeProvider time;

    private Job(LoadedSettings loaded, RunFolder folder, RunInputs inputs, TimeProvider time)
    {
        this.loaded = loaded;
        this.time = time;
        Folder = folder;
        Inputs = inputs;
        Fingerprint = MakeFingerprint();
    }

    /// <summary>The settings.</summary>
    public MeditronSettings Settings => loaded.Settings;

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>Tokenizer, samples, model and batch.</summary>
    public RunInputs Inputs { get; }

    /// <summary>What every process of the job must agree with.</summary>
    public IReadOnlyList<FingerprintEntry> Fingerprint { get; }

    /// <summary>Prepares the data where that is not done yet, and checks that the layout fits model and batch.</summary>
    /// <param name="loaded">The settings.</param>
    /// <param name="progress">Told what is being prepared.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the preparation.</param>
    public static Job Open(LoadedSettings loaded, Action<PreparationProgress> progress, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        var settings = loaded.Settings;
        settings.Data.RequireInputs();
        var folder = new RunFolder(Path.GetFullPath(settings.Run.Path));
        folder.Create();
        var threads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads;
        using var preparing = PreparationLock.Take(settings.Data.Cache.Length > 0 ? settings.Data.Cache : folder.Data, stop);
        var inputs = RunInputs.Open(settings, folder, threads, progress, (data, model, options) => { _ = new StageGeometry(model, options, settings.Parallel.Layout); }, stop);
        return new Job(loaded, folder, inputs, time);
    }

    /// <summary>Throws where the run's folder holds checkpoints of another model or other data, or none that can be used.</summary>
    /// <exception cref="CheckpointException">It does: says which, with both values.</exception>
    public void RequireSameRun() => RunResume.Find(Settings, new CheckpointStore(Folder.Checkpoints)).RequireSame(Inputs.Model, Inputs.Data);

    /// <summary>Bytes that all ranks together need.</summary>
    public long PlannedBytes()
    {
        var geometry = new StageGeometry(Inputs.Model, Inputs.Options, Settings.Parallel.Layout);
        return Enumerable.Range(0, geometry.Layout.World).Sum(rank => RankTrainer.PlannedBytes(geometry, rank, Settings.Parallel.ScheduleKind));
    }

    /// <summary>What the training coordinator is told.</summary>
    public CoordinatorOptions Coordinator() => new()
    {
        Run = Settings.Run.Name,
        Layout = Settings.Parallel.Layout,
        Steps = Settings.Training.Steps,
        Fingerprint = Fingerprint,
        SilenceTimeout = Settings.Recovery.SilenceTimeout,
        ProgressTimeout = Settings.Recovery.ProgressTimeout,
        AssessmentTimeout = Settings.Recovery.RestTimeout,
        TooFewWorkers = new TooFewWorkersOptions(Settings.Recovery.TooFewWorkers, Settings.Recovery.WaitTimeout, Settings.Recovery.MinData),
        SlowWorkers = Settings.Recovery.SlowWorkers,
        WorkerFailuresMax = Settings.Recovery.WorkerFailuresMax,
        WorkerFailuresWindow = Settings.Recovery.WorkerFailuresWindow,
        Divergence = Settings.Recovery.Divergence,
        CheckpointInterval = Settings.Checkpoint.Interval,
        Copies = Settings.Recovery.Copies.IsOn,
        FailuresWithoutProgress = Settings.Recovery.FailuresWithoutProgress,
    };

    /// <summary>What the checkpoint coordinator is told.</summary>
    public CheckpointCoordinatorOptions Checkpoints() => new()
    {
        Run = Settings.Run.Name,
        Folder = Folder.Checkpoints,
        Context = new CheckpointContext(Inputs.Model, Inputs.Data.Tokenizer?.Hash ?? "", Inputs.Data.Hash, loaded.ToPublicHocon()),
        KeepLast = Settings.Checkpoint.KeepLast,
        KeepEvery = Settings.Checkpoint.KeepEvery,
        KeepBest = Settings.Checkpoint.KeepBest,
        StartFrom = Settings.Checkpoint.Resume is "auto" or "never" ? null : CheckpointEntry.FromFolder(Settings.Checkpoint.Resume),
    };

    /// <summary>The job's record.</summary>
    public RunJobLog Log(IJobObserver observer) => new(Folder, Inputs.Options, Inputs.Model.FlopsPerToken(Inputs.Options.SequenceLength), observer, time);

    /// <summary>What a worker says of itself.</summary>
    /// <param name="id">Unique to the process.</param>
    /// <param name="device">Its device.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="standby">Whether it waits for another's place.</param>
    public WorkerOptions Worker(string id, Device device, int threads, bool standby)
    {
        var description = new WorkerDescription
        {
            Id = id,
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Device = device.ToString(),
            Threads = threads,
            MachineThreads = Settings.Parallel.MachineThreads > 0 ? Settings.Parallel.MachineThreads : Settings.Threads == 0 ? Environment.ProcessorCount : 0,
            MemoryBytes = MachineMemory.AvailableBytes(),
            Standby = standby,
            Machine = StateHolder.Machine,
        };
        description.Fingerprint.AddRange(Fingerprint);
        return new WorkerOptions { Description = description, CoordinatorTimeout = Settings.Parallel.CoordinatorTimeout };
    }

    /// <summary>What a worker's device trains.</summary>
    public WorkerJob Training(Device device, int threads, string host) => new()
    {
        Model = Inputs.Model,
        Options = Inputs.Options,
        Layout = Settings.Parallel.Layout,
        RankOptions = new RankOptions { Schedule = Settings.Parallel.ScheduleKind, Timeout = Settings.Parallel.Timeout, Faults = Faults(), Integrity = Integrity },
        Train = new SampleMicroBatches(Inputs.Samples.Train!),
        Validation = Inputs.Samples.Validation is { } validation ? new SampleMicroBatches(validation) : null,
        EvalInterval = Settings.Training.EvalInterval,
        CheckpointInterval = Settings.Checkpoint.Interval,
        Checkpoints = new CheckpointStore(Folder.Checkpoints),
        InitialWeights = Settings.Model.From,
        Backend = Settings.Parallel.Backend == "auto" ? device.type == DeviceType.CUDA ? "nccl" : "host" : Settings.Parallel.Backend,
        Host = host,
        CopyTimeout = Settings.Recovery.Copies.Timeout,
        Kernels = device.type == DeviceType.CPU ? new FusedKernels() : new AtenKernels(),
        Device = device,
        Threads = threads,
        Time = time,
    };

    /// <inheritdoc/>
    public void Dispose() => Inputs.Dispose();

    private IntegrityOptions Integrity => new()
    {
        HashInterval = Settings.Recovery.Integrity.HashInterval,
        VerifyInterval = Settings.Recovery.Integrity.VerifyInterval,
        CheckpointInterval = Settings.Checkpoint.Interval,
    };

    private PlannedFaults? Faults() => Settings.Chaos.Faults.Count == 0
        ? null
        : new PlannedFaults(Settings.Chaos.Faults, Path.Combine(Folder.Path, "chaos"), what => new RunLog(Folder, time).Event("fault", 0, what));

    private List<FingerprintEntry> MakeFingerprint()
    {
        var options = Inputs.Options;
        var isCpu = Devices.Resolve(Settings.Device).type == DeviceType.CPU;
        return
        [
            Entry("model", Inputs.Model.ToString(), "meditron.model"),
            Entry("batch", string.Create(CultureInfo.InvariantCulture, $"micro-batch {options.MicroBatch}, global-batch {options.GlobalBatch}, sequence-length {options.SequenceLength}, steps {options.Steps}, seed {options.Seed}"), "meditron.training"),
            Entry("optimizer", string.Create(CultureInfo.InvariantCulture, $"{options.Optimizer}, {options.LearningRate}"), "meditron.training"),
            Entry("divergence", options.Divergence.ToString(), "meditron.recovery"),
            Entry("precision", options.Precision.ToString(), "meditron.precision"),
            Entry("recomputation", options.Recompute.ToString(), "meditron.training.recompute"),
            Entry("layout", $"{Settings.Parallel.Layout}, {Settings.Parallel.Schedule}", "meditron.parallel"),
            Entry("validation", string.Create(CultureInfo.InvariantCulture, $"every {Settings.Training.EvalInterval} steps, {options.EvalBatches} micro-batches"), "meditron.training"),
            Entry("checkpoints", string.Create(CultureInfo.InvariantCulture, $"every {Settings.Checkpoint.Interval} steps"), "meditron.checkpoint.interval"),
            Entry("integrity", string.Create(CultureInfo.InvariantCulture, $"weights every {Integrity.HashInterval} steps, a micro-batch every {Integrity.VerifyInterval}"), "meditron.recovery.integrity"),
            Entry("tokenizer", Inputs.Data.Tokenizer?.Hash ?? "none", "meditron.data.tokenizer"),
            Entry("data", Inputs.Data.Hash, "meditron.data"),
            Entry("program", ProgramBuild.Id, $"the build in {AppContext.BaseDirectory}"),
            Entry("native libraries", ProgramBuild.NativeId, $"the build in {AppContext.BaseDirectory}"),
            Entry("libtorch", torch.__version__, "the build"),
            Entry("instruction set", isCpu ? InstructionSet.Current : "none", "the processor, or MEDITRON_ISA"),
        ];
    }

    private static FingerprintEntry Entry(string key, string value, string source) =>
        new() { Key = key, Value = value, Source = $"{source} on {Environment.MachineName}" };
}
