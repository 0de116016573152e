using Meditron.Actors.Dispatch;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>The engine's side of one actor: its context, its place in the tree, and what happens with each message.</summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    private readonly LocalActorRef _self;
    private ActorBase? _actor;
    private object? _currentMessage;
    private IActorRef? _currentSender;

    /// <summary>What handles messages; made with the first of them, as an idle actor needs none.</summary>
    private Receive? _behavior;
    private Stack<Receive>? _behaviors;

    public ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef? parent)
    {
        SystemImpl = system;
        _self = self;
        Props = props;
        Dispatcher = dispatcher.ForCell(self.Path);
        Parent = parent!;
        Mailbox = new Mailbox(this, system.Mailboxes.CreateQueue(props, self));
    }

    /// <summary>The cell that runs on this thread.</summary>
    [field: ThreadStatic]
    public static ActorCell? Current { get; set; }

    public ActorSystemImpl SystemImpl { get; }

    public Mailbox Mailbox { get; }

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public IInternalActorRef Parent { get; }

    public ActorSystem System => SystemImpl;

    public IActorRef Self => _self;

    /// <summary>The sender of the message being processed; the dead letters where there is none.</summary>
    public IActorRef Sender => _currentSender ?? SystemImpl.DeadLetters;

    public object? CurrentMessage => _currentMessage;

    /// <summary>Tells the message being processed from those before and after it, which may be the same object.</summary>
    public int CurrentTurn { get; private set; }

    public bool IsTerminated => Mailbox.IsClosed;

    internal ActorBase? ActorInstance => _actor;

    IActorRef IActorContext.Parent => Parent;

    public static IActorRef? GetCurrentSelfOrNoSender() => Current?._self;

    public static IActorRef? GetCurrentSenderOrNoSender() => Current?._currentSender;

    /// <summary>Queues the creation of the actor; nothing runs before <see cref="Start"/>.</summary>
    public void Start() => Mailbox.PostSystem(new Create(failure: null));

    public void SendMessage(object message, IActorRef? sender)
    {
        if (SystemImpl.VerifiesSerialization && message is not INoSerializationVerificationNeeded)
        {
            message = SystemImpl.VerifySerialization(message);
        }

        Mailbox.Post(message, sender);
    }

    public void SendSystemMessage(SystemMessage message)
    {
        if (!Mailbox.PostSystem(message))
        {
            SystemImpl.HandleUndeliverable(_self, message);
        }
    }

    public IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, isSystemService: false, name);

    public ActorSelection ActorSelection(string path) => ActorRefFactoryShared.ActorSelection(path, System, _self);

    public ActorSelection ActorSelection(ActorPath path) => ActorRefFactoryShared.ActorSelection(path, System);

    public void Become(Receive receive)
    {
        _behaviors?.Clear();
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        if (_actor is { } actor)
        {
            (_behaviors ??= new Stack<Receive>()).Push(_behavior ??= actor.InitialBehavior());
        }

        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        // Below the last one is the actor's first behaviour: made anew with the next message.
        _behavior = _behaviors is { Count: > 0 } ? _behaviors.Pop() : null;
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(message =>
    {
        receive(message);
        return true;
    });

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(message =>
    {
        receive(message);
        return true;
    });

    public void Stop(IActorRef child)
    {
        if (_children is not null)
        {
            lock (_children)
            {
                if (_children.TryGetValue(child.Path.Name, out var mine) && mine.Equals(child))
                {
                    (_dying ??= []).Add(child);
                }
            }
        }

        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Processes one user message.</summary>
    public void Invoke(object message, IActorRef? sender)
    {
        if (message is TimerMessage timer)
        {
            if (!timer.TryOpen(_actor))
            {
                return;
            }

            (message, sender) = (timer.Message, timer.Sender ?? sender);
        }

        _currentMessage = message;
        _currentSender = sender;
        CurrentTurn++;
        try
        {
            if (message is IAutoReceivedMessage)
            {
                AutoReceiveMessage(message);
            }
            else
            {
                ReceiveMessage(message);
            }
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
        finally
        {
            if (_timeout is not null)
            {
                CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
            }
        }

        // A failed actor's message is still of interest to its restart hooks; an asynchronous handler's to the rest of it.
        if (_failure is null && _async is not { Task: not null })
        {
            _currentMessage = null;
            _currentSender = null;
        }
    }

    /// <summary>Processes one system message.</summary>
    public void SystemInvoke(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case Create create:
                    HandleCreate(create.Failure);
                    break;
                case Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Suspend:
                    FaultSuspend();
                    break;
                case Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Terminate:
                    HandleTerminate();
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case DeathWatchNotification notification:
                    WatchedActorTerminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated);
                    break;
                case RunTask run:
                    ContinueTask(run.Scheduler, run.Task);
                    break;
                case AsyncHandlerCompleted completed:
                    CompleteAsync(completed.Task);
                    break;
                default:
                    throw new NotSupportedException($"{_self} does not know the system message {message.GetType().Name}.");
            }
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
    }

    /// <summary>Gives a message to the actor's present behaviour.</summary>
    public void ReceiveMessage(object message)
    {
        var actor = _actor;
        if (actor is null)
        {
            SystemImpl.ToDeadLetters(message, _currentSender, _self);
            return;
        }

        if (!actor.AroundReceive(_behavior ??= actor.InitialBehavior(), message))
        {
            actor.UnhandledFromCell(message);
        }
    }

    internal void Log(Exception? cause, LogLevel level, string text) =>
        SystemImpl.EventStream.Publish(level switch
        {
            LogLevel.DebugLevel => new Debug(_self.ToString(), ActorType, text),
            LogLevel.WarningLevel => new Warning(cause, _self.ToString(), ActorType, text),
            _ => new Error(cause, _self.ToString(), ActorType, text),
        });

    private Type ActorType => _actor?.GetType() ?? typeof(ActorCell);

    private void AutoReceiveMessage(object message)
    {
        if (SystemImpl.Settings.DebugAutoReceive)
        {
            Log(null, LogLevel.DebugLevel, $"received AutoReceiveMessage {message}");
        }

        switch (message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                Actor.ActorSelection.Deliver(selection, _self, _currentSender);
                break;
            case Identify identify:
                _currentSender?.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    private ActorBase NewActor()
    {
        _behavior = null;
        _behaviors = null;
        var actor = Props.NewActor() ?? throw new ActorInitializationException(_self, $"Actor creation must be successful, but the producer of {Props.TypeName} returned null.");
        actor.UseStrategy(Props.SupervisorStrategy);
        SetUpPlugins(actor);
        actor.Constructed();
        return actor;
    }

    private void SetUpPlugins(ActorBase actor)
    {
        if (actor is IWithTimers withTimers)
        {
            withTimers.Timers = new TimerScheduler(this);
        }

        // The stash may have been used in the constructor, through StashFactory.
        if (actor is IActorStash { Stash: null } withStash)
        {
            withStash.Stash = new ActorStash(this, actor is IWithUnboundedStash);
        }
    }

    /// <summary>Ends what belongs to one incarnation of the actor: its timers, and its stash, whose messages go back into the mailbox.</summary>
    private static void TearDownPlugins(ActorBase? actor)
    {
        if (actor is IWithTimers { Timers: { } timers })
        {
            timers.CancelAll();
        }

        if (actor is IActorStash { Stash: { } stash })
        {
            stash.UnstashAll();
        }
    }
}
