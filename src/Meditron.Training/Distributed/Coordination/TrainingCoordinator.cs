using Meditron.Training.Distributed.Journals;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>
/// Leads one job: knows its workers, lays ranks out over them, numbers the generations, starts and aborts them. A cluster singleton whose journal lets a
/// new incarnation take over a running job without stopping it.
/// </summary>
public sealed partial class TrainingCoordinator : ReceivePersistentActor, IWithTimers
{
    private const string DeadlineTimer = "deadline";

    private readonly CoordinatorOptions options;
    private readonly IActorRef checkpoints;
    private readonly IJobLog log;
    private readonly ILoggingAdapter logger = Context.GetLogger();
    private readonly Dictionary<string, RegisteredWorker> workers = new(StringComparer.Ordinal);
    private readonly List<CheckpointCommitted> committed = [];
    private readonly List<IActorRef> stages = [];
    private Generation? generation;
    private CoordinatorPhase phase = CoordinatorPhase.Recovering;
    private string reason = "reading the journal";
    private long lastGeneration;
    private long correlation;
    private int step;
    private int failuresInARow;
    private bool finished;
    private bool stopWanted;
    private bool paused;
    private StepCompleted? newest;

    /// <summary>Makes the coordinator.</summary>
    /// <param name="options">The job.</param>
    /// <param name="checkpoints">The checkpoint coordinator, or a proxy of it.</param>
    /// <param name="log">Keeps the record.</param>
    public TrainingCoordinator(CoordinatorOptions options, IActorRef checkpoints, IJobLog log)
    {
        this.options = options;
        this.checkpoints = checkpoints;
        this.log = log;
        silence = new SilenceLimit(options.SilenceTimeout);
        progress = new ProgressWatch(options.ProgressTimeout);
        Recovering();
        Membership();
        Generations();
        Running();
        Commands();
        FromMemory();
        Drains();
        Copying();
    }

    /// <inheritdoc/>
    public override string PersistenceId => IdOf(options.Run);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The persistence id of a run's coordinator.</summary>
    internal static string IdOf(string run) => $"training-coordinator/{run}";

    /// <summary>The actor's properties.</summary>
    public static Props PropsFor(CoordinatorOptions options, IActorRef checkpoints, IJobLog log) =>
        Props.Create(() => new TrainingCoordinator(options, checkpoints, log));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Context.System.EventStream.Publish(new JournalAway(PersistenceId, cause.Message, null));
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        base.OnRecoveryFailure(reason, message);
        Context.System.EventStream.Publish(new JournalAway(PersistenceId, reason.Message, null));
    }

    private void Recovering()
    {
        Recover<RunRegistered>(_ => { });
        Recover<GenerationRaised>(raised =>
        {
            generation = new Generation(raised);
            lastGeneration = raised.Generation;
            step = raised.Start.Step;
        });
        Recover<RunPaused>(pause =>
        {
            step = pause.Step;
            paused = true;
        });
        Recover<RunResumed>(_ => paused = false);
        Recover<RunFinished>(end =>
        {
            step = end.Step;
            finished = !end.Stopped;
            generation = null;
        });
        Divergences();
        Recover<RecoveryCompleted>(_ => Recovered());
        Command<Deadline>(deadline => DeadlinePassed(deadline.Phase));
    }

    private void Recovered()
    {
        Context.System.EventStream.Publish(new JournalRead(PersistenceId));
        watched = Now;
        Timers.StartPeriodicTimer(WatchTimer, Watch.Instance, WatchInterval);
        if (finished && step >= options.Steps)
        {
            Enter(CoordinatorPhase.Finished, $"all {options.Steps} steps were taken by an earlier start");
            log.End(new JobOutcome(step, false, null, null));
        }
        else if (generation is { } running)
        {
            inherits = true;
            grace = Now + options.RegistrationGrace;
            Timers.StartSingleTimer(GraceTimer, GraceOver.Instance, options.RegistrationGrace);
            WatchStages();
            Enter(CoordinatorPhase.TakingOver, $"waiting for the workers of generation {running.Number} to report");
            Expect(options.TakeOverTimeout);
        }
        else
        {
            Enter(CoordinatorPhase.WaitingForWorkers, $"{options.Layout} needs {options.Layout.World} workers, and none has registered");
        }
    }

    /// <summary>Changes the phase; what changed is logged once.</summary>
    private void Enter(CoordinatorPhase next, string why)
    {
        if (phase != next || reason != why)
        {
            logger.Info("Job {0}: {1}: {2}", options.Run, next, why);
        }

        if (next is CoordinatorPhase.Connecting or CoordinatorPhase.Training && phase != next)
        {
            progress.Begin(generation!.Layout.World, Now);
        }

        phase = next;
        reason = why;
        Timers.Cancel(DeadlineTimer);
    }

    /// <summary>Sets the end of the wait that the current phase is.</summary>
    private void Expect(TimeSpan timeout) => Timers.StartSingleTimer(DeadlineTimer, new Deadline(phase), timeout);

    private void DeadlinePassed(CoordinatorPhase waiting)
    {
        if (waiting != phase)
        {
            return;
        }

        switch (phase)
        {
            case CoordinatorPhase.TakingOver:
            case CoordinatorPhase.Preparing:
            case CoordinatorPhase.Connecting:
                Fail($"{Missing()} did not answer in time while {phase}");
                break;
            case CoordinatorPhase.Assessing:
                Decide();
                break;
            case CoordinatorPhase.ChoosingStart:
                Enter(CoordinatorPhase.WaitingForWorkers, "the checkpoint coordinator did not answer; asking again");
                TryBegin();
                break;
            case CoordinatorPhase.Finishing:
                Finish(null);
                break;
        }
    }

    private string Missing()
    {
        if (generation is null)
        {
            return "nobody";
        }

        var missing = Enumerable.Range(0, generation.Layout.World).Where(rank => phase switch
        {
            CoordinatorPhase.Preparing => generation.Endpoints[rank] is null,
            CoordinatorPhase.Connecting => generation.Ready[rank] is null,
            _ => !workers.ContainsKey(generation.Members[rank].Id),
        });
        return string.Join(", ", missing.Select(rank => $"rank {rank} ({AssignmentPlan.Name(generation.Members[rank])})"));
    }

    /// <summary>The end of a wait.</summary>
    private sealed record Deadline(CoordinatorPhase Phase) : INoSerializationVerificationNeeded;
}
