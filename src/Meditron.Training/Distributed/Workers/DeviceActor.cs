using Meditron.Llama;
using Meditron.Torch;
using Meditron.Training.Chaos;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;
using Meditron.Training.Integrity;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Recovery.Copies;
using Meditron.Training.Runs;

namespace Meditron.Training.Distributed.Workers;

/// <summary>
/// Owns a device: its process groups, a stage's weights and an optimizer shard. Runs on a pinned thread, one step a message, so that what it is told
/// between two steps takes effect before the next.
/// </summary>
internal sealed class DeviceActor : ReceiveActor
{
    /// <summary>The dispatcher with a thread of its own for each device and each checkpoint writer.</summary>
    public const string Dispatcher = "akka.actor.device-dispatcher";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMinutes(2);

    // The first steps of a generation have enough to do.
    private const int StepsBeforeSpare = 3;

    private readonly WorkerJob job;
    private readonly DeviceAbort abort;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly IActorRef writer;
    private readonly SnapshotPool snapshots = new();
    private PrepareDevice? prepared;
    private GroupConnector? connector;
    private RankGroups? groups;
    private StageGeometry? geometry;
    private RankTrainer? trainer;
    private bool running;
    private StepControl control;
    private readonly IActorRef loader;
    private readonly PrefetchedMicroBatches train;
    private readonly StandbyMemory standby;
    private readonly DeviceMemory memory;
    private readonly ShardCopier copier;
    private double? validationLoss;
    private int firstStep;

    public DeviceActor(WorkerJob job, DeviceAbort abort)
    {
        this.job = job;
        this.abort = abort;
        standby = new StandbyMemory(job, log);
        memory = new DeviceMemory(job, standby);
        var parent = Context.Parent;
        copier = new ShardCopier(job.StateHash, job.CopyTimeout, lost => parent.Tell(lost, ActorRefs.NoSender));
        writer = Context.ActorOf(Props.Create(() => new ShardWriterActor(job.Checkpoints, job.RankOptions.Faults)).WithDispatcher(Dispatcher), "writer");
        train = new PrefetchedMicroBatches(job.Train, job.Options.MicroBatch, job.Options.SequenceLength);
        loader = Context.ActorOf(DataLoader.PropsFor(train), "loader");
        Receive<PrepareDevice>(message => Guarded(message.Generation, message.Rank, () => Prepare(message)));
        Receive<ConnectDevice>(message => Guarded(message.Generation, prepared?.Rank ?? -1, () => Busily(() => Connect(message))));
        Receive<RunDevice>(message =>
        {
            if (message.Generation == prepared?.Generation && trainer is not null)
            {
                running = true;
                Self.Tell(new NextStep(message.Generation));
            }
        });
        Receive<ControlDevice>(message =>
        {
            if (message.Generation == prepared?.Generation)
            {
                Guarded(message.Generation, prepared.Rank, () => Control(message.Control));
            }
        });
        Receive<NextStep>(message =>
        {
            if (running && message.Generation == prepared?.Generation)
            {
                Guarded(message.Generation, prepared.Rank, () => Busily(Step));
            }
        });
        Receive<WarmUpDevice>(_ =>
        {
            if (prepared is null)
            {
                var begin = job.Time.GetTimestamp();
                WarmUp.Run(job);
                torch.set_num_threads(job.Threads);
                log.Info("Warmed up in {0} ms.", (long)job.Time.GetElapsedTime(begin).TotalMilliseconds);
            }

            Context.Parent.Tell(new DeviceWarm());
            if (prepared is null && standby.Begin())
            {
                Self.Tell(TouchMore.Instance);
            }
        });
        Receive<TouchMore>(_ =>
        {
            if (prepared is null && standby.Touch())
            {
                Self.Tell(TouchMore.Instance);
            }
        });
        Receive<DeviceSaved>(Context.Parent.Forward);
        Receive<CopyTo>(message =>
        {
            if (message.Generation == prepared?.Generation && trainer is not null)
            {
                copier.Start(message, trainer.State);
            }
        });
        Receive<ReportStates>(message => Context.Parent.Tell(new DeviceStates(message.Correlation, [.. memory.Handles(trainer?.State.Arena)])));
    }

    public static Props PropsFor(WorkerJob job, DeviceAbort abort) => Props.Create(() => new DeviceActor(job, abort)).WithDispatcher(Dispatcher);

    protected override void PreStart()
    {
        torch.set_num_threads(job.Threads);
        standby.Keep();
    }

    protected override void PostStop()
    {
        copier.Dispose();
        Release();
        memory.Dispose();
        standby.Dispose();
    }

    private void Prepare(PrepareDevice message)
    {
        running = false;
        control = StepControl.None;
        copier.Stop();
        if (trainer is not null && prepared?.Layout == message.Layout && prepared.Rank == message.Rank)
        {
            // The same part of the model under a new number: only the groups are new.
            abort.Clear();
            trainer.Reset();
            connector?.Dispose();
            connector = null;
        }
        else
        {
            if (trainer?.State.Arena is { } arena)
            {
                memory.Retain(arena);
            }

            Release();
            geometry = new StageGeometry(job.Model, job.Options, message.Layout);
        }

        prepared = message;
        torch.set_num_threads(message.Threads > 0 ? message.Threads : job.Threads);
        connector = new GroupConnector(job.Backend, job.Host, message.Generation, message.Layout, message.Rank, job.RankOptions.Timeout);
        abort.Register(message.Generation, connector.Abort);
        Context.Parent.Tell(new DevicePrepared(message.Generation, message.Rank, connector.Endpoints));
    }

    private void Connect(ConnectDevice message)
    {
        var rank = prepared!.Rank;
        var begin = job.Time.GetTimestamp();
        var newer = Meet(message.Ranks);
        var met = job.Time.GetTimestamp();
        if (trainer is null)
        {
            groups = newer;
            groups.Progress = abort.Progress;
        }
        else
        {
            trainer.Reconnect(newer);
        }

        var connected = groups!;
        abort.Register(message.Generation, reason =>
        {
            connected.Abort(reason);
            memory.Interrupt();
        });
        var planned = RankTrainer.PlannedBytes(geometry!, rank, job.RankOptions.Schedule);
        if (trainer is null)
        {
            MachineMemory.Require(planned, MachineMemory.AvailableBytes() + standby.Bytes);
            trainer = new RankTrainer(
                geometry!, rank, connected, job.RankOptions, train, job.Validation, job.Kernels, job.Device, job.Time, memory.Create(geometry!, rank), initialize: false)
            {
                Copies = copier,
            };
            var (worker, state) = (Context.Parent, trainer.State);
            state.Mended = what => worker.Tell(new DeviceMended(new StateMended { Generation = message.Generation, Rank = rank, Step = state.Position.Step, Detail = what }));
        }

        trainer.Rollbacks = [.. message.Start.Rollbacks.Select(DivergenceMessages.Rollback)];
        var allocated = job.Time.GetTimestamp();
        Load(message.Start, message.Servers);
        if (message.Start.States.Count > 0)
        {
            trainer.GatherWeights();
        }

        log.Info(
            "Rank {0} of generation {1} is ready. Milliseconds: groups {2}, memory {3}, state and weights {4}.", rank, message.Generation, Milliseconds(begin, met), Milliseconds(met, allocated), Milliseconds(allocated, job.Time.GetTimestamp()));
        firstStep = trainer.Step;
        var ready = new GenerationReady
        {
            Generation = message.Generation,
            Rank = rank,
            Step = trainer.Step,
            Parameters = trainer.State.Parameters.Layout.Parameters.Sum(parameter => parameter.Length),
            PlannedBytes = planned,
            State = trainer.State.Arena is { } arena ? StateHolder.Describe(arena, isMaker: true) : null,
        };
        ready.Rollbacks.AddRange(trainer.Rollbacks.Select(DivergenceMessages.Message));
        ready.Taken.AddRange(Taken());
        Context.Parent.Tell(new DeviceReady(ready));
    }

    private long Milliseconds(long begin, long end) => (long)job.Time.GetElapsedTime(begin, end).TotalMilliseconds;

    private RankGroups Meet(IReadOnlyList<RankEndpoints> ranks)
    {
        using var waiting = abort.Progress.Enter(DeviceActivity.Waiting);
        return connector!.Connect(ranks, ConnectTimeout);
    }

    private IEnumerable<StepCompleted> Taken() => (trainer!.State.Arena?.History() ?? trainer.State.History.Entries).Where(position => position.SamplesConsumed > 0 && position.Step <= trainer.Step).Select(position => new StepCompleted
    {
        Generation = prepared!.Generation,
        Rank = prepared.Rank,
        Step = position.Step,
        Loss = position.Loss,
        GradientNorm = position.GradientNorm,
        LearningRate = position.LearningRate,
        Skipped = position.InARow > 0,
        SamplesConsumed = position.SamplesConsumed,
        Updates = position.Updates,
        SkippedSteps = position.SkippedSteps,
    });

    private void Load(StartFrom start, IReadOnlyList<StateServer> servers)
    {
        if (start.States.Count > 0)
        {
            job.RankOptions.Faults?.Reached(FaultPoint.MidRecovery, start.Step, prepared!.Rank, groups);
            if (trainer!.State.Rewind(start.Step))
            {
                trainer.State.Verify();
            }
            else
            {
                using var reading = abort.Progress.Enter(DeviceActivity.Storing);
                trainer.State.Invalidate();
                var position = memory.Load(start, servers, trainer.State, geometry!.Layout.At(prepared!.Rank), groups!.ThrowIfAborted);
                trainer.State.Restored(position);
            }

            return;
        }

        using var storing = abort.Progress.Enter(DeviceActivity.Storing);
        trainer!.State.Invalidate();
        if (start.Checkpoint.Length > 0)
        {
            var entry = CheckpointEntry.FromFolder(start.Checkpoint) ?? throw new CheckpointException($"{start.Checkpoint} is no checkpoint's folder.");
            var reader = CheckpointReader.Open(entry);
            reader.RequireModel(job.Model);
            using var source = reader.OpenSource();
            trainer.State.Load(source);
            trainer.Restored(reader.Manifest.Position, reader.Manifest.History.Select(step => step.ToPosition()));
            trainer.Rollbacks = RollbackPlan.Merge([.. reader.Manifest.Rollbacks, .. trainer.Rollbacks]);
        }
        else
        {
            if (job.InitialWeights.Length > 0)
            {
                trainer.State.LoadHuggingFace(job.InitialWeights);
            }
            else
            {
                trainer.State.Initialize(job.Options.Seed);
            }

            trainer.Restored(new StepPosition(0, 0, 0, 0), []);
        }
    }

    private void Control(StepControl asked)
    {
        if (running)
        {
            control |= asked;
        }
        else if (trainer is not null && asked.HasFlag(StepControl.Stop))
        {
            // Every rank waits after the same step, and every rank is asked.
            Save();
            Stopped(StopCause.Stop);
        }
    }

    private void Step()
    {
        var generation = prepared!.Generation;
        var asks = control;
        control = StepControl.None;
        var before = trainer!.Step;
        var begin = job.Time.GetTimestamp();
        loader.Tell(new LoadAhead(trainer.FirstSampleOfNextStep, trainer.MicroBatches));
        var report = trainer.TrainStep(asks);
        if (report.Verdict is StepVerdict.Rollback or StepVerdict.Stop)
        {
            Diverged(report);
            return;
        }

        if (RollbackPlan.After(before, trainer.Rollbacks) is not null)
        {
            // No exchange has told the others.
            control |= asks;
        }

        memory.Release();
        if (trainer.Step >= firstStep + StepsBeforeSpare)
        {
            standby.TouchForChange(prepared.Layout);
        }

        job.RankOptions.Faults?.Reached(FaultPoint.AfterStep, trainer.Step, prepared.Rank, groups, trainer.Damage);
        var last = trainer.Step >= job.Options.Steps;
        validationLoss = job.EvalInterval > 0 && (trainer.Step % job.EvalInterval == 0 || last) ? trainer.Validate() : null;
        var asked = trainer.Asked;
        var stop = last || asked.HasFlag(StepControl.Stop);
        var copy = job.Time.GetTimestamp();
        if (stop || asked.HasFlag(StepControl.Checkpoint) || (job.CheckpointInterval > 0 && trainer.Step % job.CheckpointInterval == 0))
        {
            Save();
        }

        Context.Parent.Tell(new DeviceStepped(new StepCompleted
        {
            Generation = generation,
            Rank = prepared.Rank,
            Step = trainer.Step,
            Loss = report.Loss,
            HasValidationLoss = validationLoss is not null,
            ValidationLoss = validationLoss ?? 0,
            LearningRate = report.LearningRate,
            GradientNorm = report.GradNorm,
            Skipped = report.Skipped,
            SamplesConsumed = trainer.SamplesConsumed,
            Seconds = job.Time.GetElapsedTime(begin).TotalSeconds,
            ComputeSeconds = Math.Max(0, report.Elapsed.TotalSeconds - trainer.WaitSeconds),
            CopySeconds = trainer.CopySeconds,
            HasCopy = copier.IsCopying,
            CheckpointSeconds = job.Time.GetElapsedTime(copy).TotalSeconds,
            Updates = trainer.Updates,
            SkippedSteps = trainer.SkippedSteps,
            Reason = report.Judgement?.Reason ?? "",
        }));
        if (stop || asked.HasFlag(StepControl.Pause))
        {
            Stopped(last ? StopCause.LastStep : asked.HasFlag(StepControl.Stop) ? StopCause.Stop : StopCause.Pause);
        }
        else
        {
            Self.Tell(new NextStep(generation));
        }
    }

    /// <summary>The step was not taken, on no rank: all have judged it alike.</summary>
    private void Diverged(StepReport report)
    {
        if (report.Verdict == StepVerdict.Stop)
        {
            Save();
            Stopped(StopCause.Diverged, $"in step {report.Step} {report.Judgement!.Reason}");
            return;
        }

        running = false;
        Context.Parent.Tell(new DeviceFailed(new GenerationFailed
        {
            Generation = prepared!.Generation,
            Rank = prepared.Rank,
            Step = trainer!.Step,
            Kind = "rollback",
            Error = report.Judgement!.Reason,
            Loss = report.Loss,
            GradientNorm = report.GradNorm,
            InARow = report.Judgement.InARow,
        }));
    }

    private void Stopped(StopCause cause, string reason = "")
    {
        running = false;
        Context.Parent.Tell(new DeviceStopped(new GenerationStopped { Generation = prepared!.Generation, Rank = prepared.Rank, Step = trainer!.Step, Cause = cause, Reason = reason }));
    }

    /// <summary>Has the shard's version copied and written by a thread of its own, while training goes on with the other.</summary>
    private void Save()
    {
        using var storing = abort.Progress.Enter(DeviceActivity.Storing);
        var layout = prepared!.Layout;
        var snapshot = snapshots.Take(trainer!.State);
        writer.Tell(new WriteShard(
            snapshot,
            trainer.State.Borrow(),
            snapshots,
            CheckpointMessages.Position(trainer, prepared.Generation, layout, validationLoss),
            prepared.Rank,
            layout.World));
    }

    private void Release()
    {
        abort.Clear();
        snapshots.Release();
        trainer?.Dispose();
        trainer = null;
        groups?.Dispose();
        groups = null;
        connector?.Dispose();
        connector = null;
    }

    /// <summary>Runs a piece of work in which the device must get on.</summary>
    private void Busily(Action work)
    {
        using var computing = abort.Progress.Enter(DeviceActivity.Computing);
        work();
    }

    /// <summary>Runs a piece of work; a failure ends the generation for this rank and is reported with its kind.</summary>
    private void Guarded(long generation, int rank, Action work)
    {
        try
        {
            abort.ThrowIfAborted(generation);
            work();
        }
        catch (Exception exception) when (Kind(exception) is { } kind)
        {
            running = false;
            log.Debug("Device failed in generation {0}: {1}", generation, exception);
            var failed = new GenerationFailed
            {
                Generation = generation,
                Rank = rank,
                Step = trainer?.Step ?? 0,
                Kind = kind,
                Error = exception.Message,
                Checkpoint = exception is CheckpointException { Folder: { } folder } ? folder : "",
            };
            if (exception is IntegrityException integrity)
            {
                failed.Culprits.AddRange(integrity.Findings.Select(finding => finding.Rank));
            }

            Context.Parent.Tell(new DeviceFailed(failed));
        }
    }

    /// <summary>What kind of failure an exception is; null for one that should end the actor.</summary>
    private static string? Kind(Exception exception) => exception switch
    {
        OperationCanceledException => "communication",
        TorchException { Kind: TorchErrorKind.Communication } => "communication",
        TorchException { Kind: TorchErrorKind.OutOfMemory } or Runs.InsufficientMemoryException => "out-of-memory",
        CheckpointException => "checkpoint",
        StateDamagedException => "memory",
        IntegrityException integrity => integrity.IsMiscomputed ? "miscomputed" : "replica",
        InvalidOperationException or IOException => "data",
        TorchException or LlamaConfigException => "error",
        _ => null,
    };

    /// <summary>Make more of the memory ready that a rank will need.</summary>
    private sealed record TouchMore : INoSerializationVerificationNeeded
    {
        public static TouchMore Instance { get; } = new();
    }

    /// <summary>Take the next step.</summary>
    private sealed record NextStep(long Generation) : INoSerializationVerificationNeeded;
}
