using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>The actor system of this engine.</summary>
internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _terminationCallbacks = new();
    private readonly TaskCompletionSource<bool> _terminated;
    private readonly Lock _terminating = new();
    private long _uid;
    private bool _isTerminating;

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException($"Invalid ActorSystem name [{name}]: it must consist of letters, digits and hyphens, and start with a letter or digit.", nameof(name));
        }

        Name = name;
        Settings = new Settings(this, config, setup);
        Runtime = setup.Get<RuntimeSetup>() is { HasValue: true } given ? given.Value.Runtime : new PlatformRuntime();
        var random = Runtime.NewRandom("actor-system");
        _uid = random.Next();
        SystemUid = Runtime.IsPlanted(PlantedBug.UidKeptOnRestart) ? 1 : random.Next(1, int.MaxValue);
        _terminated = Runtime.NewPromise<bool>();
        EventStream = new EventStream(Settings.DebugEventStream) { Time = Runtime.Time };
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), EventStream.Formatter);
        Scheduler = MakeScheduler();
        Provider = MakeProvider();
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(Settings, Runtime);
        VerifiesSerialization = Settings.SerializeAllMessages;
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override Serialization.Serialization Serialization => _serialization ?? throw new InvalidOperationException($"The actor system {Name} has not been started: it has no serialization yet.");

    public override Dispatchers Dispatchers { get; }

    public override Mailboxes Mailboxes { get; }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override IActorRef IgnoreRef => Provider.IgnoreRef;

    public override Task WhenTerminated => _terminated.Task;

    public bool IsTerminating => Volatile.Read(ref _isTerminating);

    internal override IActorRefProvider Provider { get; }

    internal override IInternalActorRef Guardian => Provider.Guardian;

    internal override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    internal override IInternalActorRef LookupRoot => Provider.RootGuardian;

    /// <summary>Time, randomness and threads.</summary>
    internal EngineRuntime Runtime { get; }

    /// <summary>Tells this incarnation of the system from others at its address.</summary>
    internal int SystemUid { get; }

    internal bool VerifiesSerialization { get; private set; }

    private Serialization.Serialization? _serialization;

    public void Start()
    {
        try
        {
            Provider.Init(this);

            // The end also comes without being asked for, when a guardian fails.
            Provider.TerminationTask.ContinueWith(
                static (_, system) => ((ActorSystemImpl)system!).Finish(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _serialization = new Serialization.Serialization(this);
            StartTime = Scheduler.MonotonicClock;
            EventStream.StartUnsubscriber(this);
            if (Settings.LogDeadLetters > 0)
            {
                SystemActorOf(Props.Create<DeadLetterListener>(), "deadLetterListener");
            }

            EventStream.StartDefaultLoggers(this);
            _ = Deployer;
            _ = CoordinatedShutdown.Get(this);
            (Provider as IStartable)?.Start();
            LoadExtensions();
            if (Settings.LogConfigOnStart)
            {
                Log.Log(LogLevel.InfoLevel, null, Settings.ToString());
            }
        }
        catch (Exception)
        {
            FinalTerminate();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) => Provider.Guardian.Cell.AttachChild(props, isSystemService: false, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => Provider.SystemGuardian.Cell.AttachChild(props, isSystemService: true, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this, Provider.RootGuardian);

    public override void Stop(IActorRef actor)
    {
        var path = actor.Path;
        var parent = path.Parent;
        if (parent.Equals(Provider.Guardian.Path))
        {
            Provider.Guardian.Cell.Stop(actor);
        }
        else if (parent.Equals(Provider.SystemGuardian.Path))
        {
            Provider.SystemGuardian.Cell.Stop(actor);
        }
        else
        {
            ((IInternalActorRef)actor).Stop();
        }
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate && !IsTerminating)
        {
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
            if (!Settings.CoordinatedShutdownTerminateActorSystem)
            {
                FinalTerminate();
            }
        }
        else
        {
            FinalTerminate();
        }

        return WhenTerminated;
    }

    public override void Abort() => FinalTerminate();

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminating)
        {
            if (_terminated.Task.IsCompleted)
            {
                throw new InvalidOperationException($"Cannot register a termination callback: the actor system {Name} has terminated.");
            }

            _terminationCallbacks.Push(code);
        }
    }

    public override object RegisterExtension(IExtensionId extension) =>
        _extensions.GetOrAdd(extension.ExtensionType, static (_, made) => new Lazy<object>(() => made.Id.CreateExtension(made.System)), (Id: extension, System: this)).Value;

    public override object GetExtension(IExtensionId extensionId) => TryGetExtension(extensionId.ExtensionType, out var extension)
        ? extension
        : RegisterExtension(extensionId);

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension)
        ? extension
        : throw new InvalidOperationException($"The actor system {Name} has no extension {typeof(T).FullName}: register it with RegisterExtension, or list its id under akka.extensions.");

    public override bool HasExtension(Type type) => _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGetValue(extensionType, out var made);
        extension = found ? made!.Value : null!;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = TryGetExtension(typeof(T), out var made);
        extension = (T)made!;
        return found;
    }

    public override string ToString() => Provider.RootPath.Address.ToString();

    public override string PrintTree()
    {
        var text = new StringBuilder();
        Print(Provider.RootGuardian, "");
        return text.ToString();

        void Print(IActorRef actor, string indent)
        {
            if (actor is not LocalActorRef local)
            {
                text.Append(indent).Append("-> ").AppendLine(actor.Path.Name);
                return;
            }

            text.Append(indent).Append("-> ").Append(local.Path.Depth == 0 ? "/" : local.Path.Name)
                .Append(' ').Append(local.GetType().Name).Append(' ').Append(local.Cell.ActorInstance?.GetType().FullName ?? "(no actor)")
                .Append(' ').Append(local.Cell.Mailbox.Count).AppendLine(" messages");
            foreach (var child in local.Children.OrderBy(static c => c.Path.Name, StringComparer.Ordinal))
            {
                Print(child, indent + "   ");
            }
        }
    }

    /// <summary>Stops the guardians, and with the last actor the scheduler and the dispatchers.</summary>
    internal Task FinalTerminate()
    {
        lock (_terminating)
        {
            if (_isTerminating)
            {
                return WhenTerminated;
            }

            _isTerminating = true;
        }

        if (!Settings.LogDeadLettersDuringShutdown)
        {
            // Dead letters at the end are the rule, as actors stop while others still send.
            SilenceDeadLetters();
        }

        Provider.Guardian?.Stop();
        return WhenTerminated;
    }

    internal void ToDeadLetters(object message, IActorRef? sender, IActorRef recipient)
    {
        // A dead subscriber to dead letters would make one of each of them without an end.
        if (message is not (DeadLetter or SuppressedDeadLetter))
        {
            DeadLetters.Tell(new DeadLetter(message, sender ?? DeadLetters, recipient), sender);
        }
    }

    internal long NextUid() => Interlocked.Increment(ref _uid);

    internal IScheduled ScheduleInternal(TimeSpan delay, Action action) => ScheduleInternal(delay, null, action);

    internal IScheduled ScheduleInternal(TimeSpan delay, TimeSpan? interval, Action action)
    {
        if (Scheduler is HeapScheduler heap)
        {
            return heap.Schedule(delay, interval, action, null);
        }

        var cancelable = new Cancelable(Scheduler.Advanced);
        if (interval is { } every)
        {
            Scheduler.Advanced.ScheduleRepeatedly(delay, every, action, cancelable);
        }
        else
        {
            Scheduler.Advanced.ScheduleOnce(delay, action, cancelable);
        }

        return new CancelableSchedule(cancelable);
    }

    /// <summary>Answers a system message whose cell is gone.</summary>
    internal void HandleUndeliverable(IActorRef recipient, SystemMessage message)
    {
        switch (message)
        {
            case Watch watch when watch.Watchee.Equals(recipient):
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: true, addressTerminated: false));
                break;
            case RunTask run:
                // What an actor's handler was waiting for has come after its end: let the handler unwind.
                Runtime.SharedPool.Execute(new ActionRunnable(() => run.Scheduler.Execute(run.Task)));
                break;
        }
    }

    /// <summary>Puts a message through serialization and back, as if it had travelled.</summary>
    internal object VerifySerialization(object message) => _serialization is null ? message : _serialization.SerializeAndDeserialize(message);

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Terminate();
        }
    }

    private IScheduler MakeScheduler()
    {
        if (Settings.SchedulerClass is "" or "Akka.Actor.HashedWheelTimerScheduler" or "Akka.Actor.HashedWheelTimerScheduler, Akka")
        {
            return new HeapScheduler(Runtime.Time, () => Log) { Runtime = Runtime };
        }

        var type = TypeAliases.Resolve(Settings.SchedulerClass, "akka.scheduler.implementation");
        return Activator.CreateInstance(type, Settings.Config, Log) as IScheduler
            ?? throw new ConfigurationException($"akka.scheduler.implementation is '{Settings.SchedulerClass}', which is no IScheduler.");
    }

    private IActorRefProvider MakeProvider()
    {
        if (Settings.ProviderSelectionType is ProviderSelection.Local)
        {
            return new LocalActorRefProvider(Name, Settings, EventStream);
        }

        var type = TypeAliases.Resolve(Settings.ProviderClass, "akka.actor.provider");
        try
        {
            return (IActorRefProvider)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, [Name, Settings, EventStream], null)!;
        }
        catch (TargetInvocationException failure) when (failure.InnerException is not null)
        {
            global::System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.InnerException);
            throw;
        }
    }

    private void LoadExtensions()
    {
        foreach (var name in Settings.Config.GetStringList("akka.extensions", []))
        {
            var type = TypeAliases.Resolve(name, "akka.extensions");
            if (Activator.CreateInstance(type) is not IExtensionId id)
            {
                throw new ConfigurationException($"akka.extensions names '{name}', which is no IExtensionId.");
            }

            RegisterExtension(id);
        }
    }

    private void SilenceDeadLetters()
    {
        if (Provider.SystemGuardian is { } guardian && guardian.GetSingleChild("deadLetterListener") is { } listener && !listener.IsNobody())
        {
            guardian.Cell.Stop(listener);
        }
    }

    private void Finish()
    {
        Action[] callbacks;
        lock (_terminating)
        {
            _isTerminating = true;
            callbacks = [.. _terminationCallbacks];
            _terminationCallbacks.Clear();
        }

        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
            catch (Exception cause)
            {
                Log.Log(LogLevel.ErrorLevel, cause, "A termination callback failed.");
            }
        }

        (Scheduler as IDisposable)?.Dispose();
        Dispatchers.Shutdown();
        _terminated.TrySetResult(true);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex ValidName();

    private sealed class CancelableSchedule(Cancelable cancelable) : IScheduled
    {
        public void Cancel() => cancelable.Cancel();
    }
}

/// <summary>A provider that has something to start once the system stands, such as its transports.</summary>
internal interface IStartable
{
    void Start();
}
