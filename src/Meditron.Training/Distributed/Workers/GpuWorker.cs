using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Training.Distributed.Workers;

/// <summary>
/// Stands for one device: registers it with the coordinator, takes the rank that it is given, and passes on what the device reports. The device
/// computes on a thread of its own, so that this actor always answers.
/// </summary>
public sealed class GpuWorker : ReceiveActor, IWithTimers
{
    private const string RegistrationTimer = "register";
    private const string LifeTimer = "alive";
    private const string LostTimer = "coordinator-lost";

    /// <summary>Steps that are remembered for a coordinator that takes over: it records those that were taken while nobody led.</summary>
    private const int MostTaken = 256;

    private readonly WorkerOptions options;
    private readonly IActorRef coordinator;
    private readonly IActorRef checkpoints;
    private readonly Action<WorkerEnd> ended;
    private readonly DeviceAbort abort = new();
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly IActorRef device;
    private readonly WorkerState state = new() { Rank = -1 };
    private readonly IMachine machine;
    private readonly IStateHolder holder;
    private readonly IStateServer? server;
    private readonly Queue<StepCompleted> taken = new();
    private TimeSpan stepTold = TimeSpan.MinValue / 2;
    private int signs;
    private bool warming;
    private bool accepted;

    /// <summary>Makes the worker and its device.</summary>
    /// <param name="options">What it says of itself.</param>
    /// <param name="coordinator">The training coordinator, or a proxy of it.</param>
    /// <param name="checkpoints">The checkpoint coordinator, or a proxy of it.</param>
    /// <param name="device">The device's properties, given how it is aborted.</param>
    /// <param name="machine">The machine that its process runs on.</param>
    /// <param name="ended">Told why this worker has nothing to do any more; the process ends then.</param>
    internal GpuWorker(WorkerOptions options, IActorRef coordinator, IActorRef checkpoints, Func<DeviceAbort, Props> device, IMachine machine, Action<WorkerEnd> ended)
    {
        this.options = options;
        this.coordinator = coordinator;
        this.checkpoints = checkpoints;
        this.machine = machine;
        this.ended = ended;
        this.device = Context.ActorOf(device(abort), "device");
        var self = Self;
        holder = machine.Hold(end => self.Tell(end));
        server = machine.Serve(options.Description.Id, held => self.Tell(held));
        FromCoordinator();
        FromDevice();
        Receive<RegisterAgain>(_ => Register());
        Receive<GiveSign>(_ => Live());
        Receive<CoordinatorLost>(_ =>
        {
            log.Error("No coordinator has answered for {0}.", options.CoordinatorTimeout);
            ended(new WorkerEnd(WorkerEndCause.CoordinatorLost, $"no coordinator of the job has answered for {options.CoordinatorTimeout}"));
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The actor's properties.</summary>
    internal static Props Create(WorkerOptions options, IActorRef coordinator, IActorRef checkpoints, Func<DeviceAbort, Props> device, IMachine machine, Action<WorkerEnd> ended) =>
        Props.Create(() => new GpuWorker(options, coordinator, checkpoints, device, machine, ended));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        options.Description.ActorPath = Serialization.SerializedActorPath(Self);
        Register();
        Heard();
        Timers.StartPeriodicTimer(RegistrationTimer, RegisterAgain.Instance, options.RegistrationInterval);
        Timers.StartPeriodicTimer(LifeTimer, GiveSign.Instance, options.LifeInterval);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        abort.Abort(long.MaxValue, "the worker ends");
        server?.Dispose();
        holder.Dispose();
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        // What the device held is lost with its actor; the coordinator decides how to go on.
        warming = state.Warm;
        Failed(new GenerationFailed { Generation = state.Generation, Rank = state.Rank, Step = state.Step, Kind = "error", Error = exception.ToString() });
        return Directive.Restart;
    });

    private void FromCoordinator()
    {
        Receive<RegistrationAccepted>(answer =>
        {
            Heard();
            accepted = true;

            // A job that runs already has no place for this worker yet, until it needs one at once.
            if (!warming && state.Generation == 0 && (answer.Generation > 0 || options.Description.Standby))
            {
                warming = true;
                device.Tell(new WarmUpDevice());
            }
        });
        Receive<LeaveJob>(leave =>
        {
            if (!accepted)
            {
                ended(new WorkerEnd(WorkerEndCause.Released, leave.Reason));
                return;
            }

            // Said again with every registration, since the coordinator may move.
            state.Leaving = leave.Reason;
            coordinator.Tell(new DrainWorker { WorkerId = options.Description.Id, Reason = leave.Reason });
        });
        Receive<WorkerReleased>(released => ended(new WorkerEnd(WorkerEndCause.Released, released.Reason)));
        Receive<JobEnded>(end => ended(new WorkerEnd(WorkerEndCause.JobEnded, end.Reason)));
        Receive<RegistrationWanted>(_ => Register(taken));
        Receive<RegistrationRefused>(refusal =>
        {
            log.Error("The coordinator refused this worker: {0}.", refusal.Reason);
            ended(new WorkerEnd(WorkerEndCause.Refused, refusal.Reason));
        });
        Receive<PrepareGeneration>(prepare =>
        {
            if (prepare.Generation <= state.Generation)
            {
                return;
            }

            abort.Abort(prepare.Generation - 1, $"generation {prepare.Generation} begins");
            state.Generation = prepare.Generation;
            state.Rank = prepare.Rank;
            state.Phase = WorkerPhase.Idle;
            device.Tell(new PrepareDevice(prepare.Generation, prepare.Rank, new ParallelLayout(prepare.Layout.Tensor, prepare.Layout.Pipeline, prepare.Layout.Data), prepare.Threads));
        });
        Receive<ConnectGeneration>(connect =>
        {
            if (connect.Generation == state.Generation && state.Phase == WorkerPhase.Prepared)
            {
                device.Tell(new ConnectDevice(connect.Generation, connect.Ranks, connect.Start, connect.Servers));
            }
        });
        Receive<TrainGeneration>(train =>
        {
            if (train.Generation == state.Generation && state.Phase is WorkerPhase.Ready or WorkerPhase.Paused)
            {
                state.Phase = WorkerPhase.Training;
                device.Tell(new RunDevice(train.Generation));
            }
        });
        Receive<ControlTraining>(control =>
        {
            if (control.Generation == state.Generation)
            {
                device.Tell(new ControlDevice(control.Generation, Control(control)));
            }
        });
        Receive<HoldStates>(hold =>
        {
            foreach (var problem in holder.Hold(hold.States))
            {
                log.Warning("State in memory cannot be held: {0}", problem);
            }

            server?.Keep(hold);
        });
        Receive<CopyTo>(copy =>
        {
            if (copy.Generation == state.Generation)
            {
                device.Tell(copy);
            }
        });
        Receive<CopyHeld>(this.coordinator.Tell);
        Receive<WorkerEnded>(this.coordinator.Tell);
        Receive<EndWorker>(end => EndOther(end));
        Receive<GetStates>(question =>
        {
            server?.End(question.Generation);
            if (IsRehearsing)
            {
                // It has no state, and would answer too late.
                Report(new DeviceStates(question.Correlation, []));
                return;
            }

            device.Tell(new ReportStates(question.Correlation));
        });
        Receive<AbortGeneration>(message =>
        {
            abort.Abort(message.Generation, message.Reason);
            if (message.Generation == state.Generation)
            {
                state.Phase = WorkerPhase.Failed;
            }
        });
    }

    private void FromDevice()
    {
        Receive<DevicePrepared>(prepared =>
        {
            if (prepared.Generation != state.Generation)
            {
                return;
            }

            state.Phase = WorkerPhase.Prepared;
            var message = new GenerationPrepared { Generation = prepared.Generation, Rank = prepared.Rank };
            message.Endpoints.AddRange(prepared.Endpoints);
            coordinator.Tell(message);
        });
        Receive<DeviceReady>(ready =>
        {
            if (ready.Message.Generation == state.Generation)
            {
                state.Phase = WorkerPhase.Ready;
                state.Step = ready.Message.Step;
                taken.Clear();
                foreach (var step in ready.Message.Taken)
                {
                    Remember(step);
                }

                coordinator.Tell(ready.Message);
            }
        });
        Receive<DeviceStepped>(stepped =>
        {
            if (stepped.Message.Generation == state.Generation)
            {
                state.Step = stepped.Message.Step;
                Remember(stepped.Message);
                stepTold = Context.System.Scheduler.MonotonicClock;
                coordinator.Tell(stepped.Message);
            }
        });
        Receive<DeviceStopped>(stopped =>
        {
            if (stopped.Message.Generation == state.Generation)
            {
                state.Phase = stopped.Message.Cause == StopCause.Pause ? WorkerPhase.Paused : WorkerPhase.Finished;
                coordinator.Tell(stopped.Message);
            }
        });
        Receive<DeviceMended>(mended => coordinator.Tell(mended.Message));
        Receive<DeviceSaved>(saved => checkpoints.Tell(saved.Written ?? (object)saved.Failed!));
        Receive<DeviceWarm>(_ =>
        {
            state.Warm = true;
            Register();
        });
        Receive<DeviceFailed>(failed => Failed(failed.Message));
        Receive<CopyLost>(coordinator.Tell);
        Receive<DeviceStates>(Report);
    }

    private static StepControl Control(ControlTraining control) =>
        (control.Pause ? StepControl.Pause : StepControl.None) | (control.Stop ? StepControl.Stop : StepControl.None) | (control.Checkpoint ? StepControl.Checkpoint : StepControl.None);

    private static DeviceState Device(DeviceActivity activity) => activity switch
    {
        DeviceActivity.Computing => DeviceState.Computing,
        DeviceActivity.Waiting => DeviceState.Waiting,
        DeviceActivity.Storing => DeviceState.Storing,
        _ => DeviceState.Resting,
    };

    private void Failed(GenerationFailed failed)
    {
        if (failed.Generation != state.Generation || state.Phase == WorkerPhase.Failed)
        {
            if (failed.Kind == "memory")
            {
                coordinator.Tell(failed);
            }

            return;
        }

        // The other ranks wait for this one: the coordinator aborts them as soon as it hears of it.
        log.Warning("Rank {0} failed in generation {1} after step {2}: {3}", failed.Rank, failed.Generation, failed.Step, failed.Error);
        abort.Abort(failed.Generation, failed.Error);
        state.Phase = WorkerPhase.Failed;
        coordinator.Tell(failed);
    }

    /// <summary>The coordinator lives: the time in which it must be heard again begins.</summary>
    private void Heard() => Timers.StartSingleTimer(LostTimer, CoordinatorLost.Instance, options.CoordinatorTimeout);

    /// <summary>Ends an expelled process of this machine that runs the same program; whoever launched it starts another.</summary>
    private void EndOther(EndWorker end)
    {
        log.Warning("Process {0} is ended: {1}.", end.ProcessId, end.Reason);
        if (machine.End(end.ProcessId) is { } problem)
        {
            log.Info("Process {0} could not be ended: {1}", end.ProcessId, problem);
        }
    }

    private bool IsRehearsing => warming && !state.Warm;

    private void Report(DeviceStates states)
    {
        var message = new StatesReported { Correlation = states.Correlation, WorkerId = options.Description.Id };
        message.States.AddRange(states.States);
        message.States.AddRange(holder.Handles);
        StateHandles.Serve(message.States, server);
        coordinator.Tell(message);
    }

    /// <summary>A sign of life; a step that was just told of is one too, and who waits for a rank has less to say.</summary>
    private void Live()
    {
        signs++;
        var waits = state is { Generation: 0, Warm: true } && signs % 2 == 0;
        if (!waits && Context.System.Scheduler.MonotonicClock - stepTold >= options.LifeInterval)
        {
            coordinator.Tell(new WorkerAlive { WorkerId = options.Description.Id, Progress = abort.Progress.Count, Device = Device(abort.Progress.Activity) });
        }
    }

    private void Remember(StepCompleted step)
    {
        taken.Enqueue(step);
        if (taken.Count > MostTaken)
        {
            taken.Dequeue();
        }
    }

    private void Register(params IEnumerable<StepCompleted> steps)
    {
        var register = new RegisterWorker { Worker = options.Description, State = state.Clone(), Server = server?.Description };
        register.Taken.AddRange(steps);
        coordinator.Tell(register);
    }

    /// <summary>Time to register again.</summary>
    private sealed class RegisterAgain : INoSerializationVerificationNeeded
    {
        public static RegisterAgain Instance { get; } = new();
    }

    /// <summary>Time for a sign of life.</summary>
    private sealed class GiveSign : INoSerializationVerificationNeeded
    {
        public static GiveSign Instance { get; } = new();
    }

    /// <summary>The coordinator was not heard for too long.</summary>
    private sealed class CoordinatorLost : INoSerializationVerificationNeeded
    {
        public static CoordinatorLost Instance { get; } = new();
    }
}
