namespace Meditron.Training.Distributed.Journals;

/// <summary>
/// Keeps a coordinator running whose journal may be away: starts it again for as long as that takes, holds back what it is told meanwhile, and says aloud
/// that the database is away and that it is back.
/// </summary>
internal abstract class JournalKeeper : ReceiveActor, IWithTimers
{
    /// <summary>Messages that are held back at most; beyond them the oldest is given up.</summary>
    private const int MostHeld = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>A journal that is away again sooner has not really been back, and is not tried so often.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly string persistenceId;
    private readonly Props props;
    private readonly Queue<(object Message, IActorRef Sender)> held = new();
    private readonly ILoggingAdapter log = Context.GetLogger();
    private IActorRef coordinator = ActorRefs.Nobody;
    private TimeSpan since;
    private TimeSpan backSince;
    private TimeSpan pause = FirstPause;
    private bool isRead;

    protected JournalKeeper(string persistenceId, Props props)
    {
        this.persistenceId = persistenceId;
        this.props = props;
        Receive<JournalAway>(Away, away => away.PersistenceId == persistenceId);
        Receive<JournalRead>(_ => Read(), read => read.PersistenceId == persistenceId);
        Receive<CommitSettled>(settled => Settled(settled.Step), settled => settled.PersistenceId == persistenceId);
        Receive<Terminated>(ended => ended.ActorRef.Equals(coordinator), _ => Ended());
        Receive<StartAgain>(_ => Start());
        ReceiveAny(Pass);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Why the journal is away; null where it is there.</summary>
    protected string? Problem { get; private set; }

    /// <summary>What is held back.</summary>
    protected IEnumerable<object> Held => held.Select(each => each.Message);

    /// <summary>How long the journal has been away.</summary>
    protected TimeSpan AwayFor => Context.System.Scheduler.MonotonicClock - since;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JournalAway));
        Context.System.EventStream.Subscribe(Self, typeof(JournalRead));
        Context.System.EventStream.Subscribe(Self, typeof(CommitSettled));
        Start();
    }

    /// <inheritdoc/>
    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    /// <summary>The journal is away, which is told once, or another commit waits for it.</summary>
    protected abstract void TellAway(JournalAway away, bool isFirst);

    /// <summary>The journal can be read again: has what waits for it written first, since a journal that can only be read is not back.</summary>
    /// <returns>Whether anything waits.</returns>
    protected virtual bool Retry(IActorRef coordinator) => false;

    /// <summary>Something that waited need not wait any more.</summary>
    /// <returns>Whether nothing else waits.</returns>
    protected virtual bool Settle(int step) => true;

    /// <summary>The journal is back.</summary>
    protected abstract void TellBack(IActorRef coordinator);

    /// <summary>Answers what need not wait while the journal is away.</summary>
    /// <returns>Whether the message is settled.</returns>
    protected abstract bool Answer(object message);

    private void Start()
    {
        isRead = false;
        coordinator = Context.ActorOf(props);
        Context.Watch(coordinator);
    }

    private void Away(JournalAway away)
    {
        var isFirst = Problem is null;
        Problem = away.Reason;
        isRead = false;
        if (isFirst)
        {
            since = Context.System.Scheduler.MonotonicClock;
            pause = since - backSince > Steady ? FirstPause : pause;
            log.Warning("The journal of {0} is away: {1}", persistenceId, away.Reason);
        }

        TellAway(away, isFirst);
    }

    private void Read()
    {
        isRead = true;
        if (Problem is null || !Retry(coordinator))
        {
            Back();
        }
    }

    private void Settled(int step)
    {
        if (Settle(step) && isRead && Problem is not null)
        {
            Back();
        }
    }

    private void Back()
    {
        backSince = Context.System.Scheduler.MonotonicClock;
        if (Problem is not null)
        {
            log.Info("The journal of {0} is back after {1:0.0} s.", persistenceId, AwayFor.TotalSeconds);
            TellBack(coordinator);
            Problem = null;
        }

        while (held.TryDequeue(out var each))
        {
            coordinator.Tell(each.Message, each.Sender);
        }
    }

    private void Ended()
    {
        isRead = false;
        Timers.StartSingleTimer("start", StartAgain.Instance, pause);
        pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
    }

    private void Pass(object message)
    {
        if (isRead && Problem is null)
        {
            coordinator.Forward(message);
        }
        else if (Problem is null || !Answer(message))
        {
            held.Enqueue((message, Sender));
            if (held.Count > MostHeld)
            {
                held.Dequeue();
            }
        }
    }

    /// <summary>Time to start the coordinator again.</summary>
    private sealed class StartAgain : INoSerializationVerificationNeeded
    {
        public static StartAgain Instance { get; } = new();
    }
}
