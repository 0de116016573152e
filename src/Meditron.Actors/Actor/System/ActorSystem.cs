using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>A tree of actors with everything they share: one for each application.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    /// <summary>Made by <see cref="Create(string)"/>.</summary>
    protected ActorSystem()
    {
    }

    /// <summary>The system's name.</summary>
    public abstract string Name { get; }

    /// <summary>The settings.</summary>
    public abstract Settings Settings { get; }

    /// <summary>The bus of events and log entries.</summary>
    public abstract EventStream EventStream { get; }

    /// <summary>Where messages go that no actor can take.</summary>
    public abstract IActorRef DeadLetters { get; }

    /// <summary>Swallows every message.</summary>
    public abstract IActorRef IgnoreRef { get; }

    /// <summary>The system's log.</summary>
    public abstract ILoggingAdapter Log { get; }

    /// <summary>Sends messages and runs actions later.</summary>
    public abstract IScheduler Scheduler { get; }

    /// <summary>Turns messages into bytes and back.</summary>
    public abstract Serialization.Serialization Serialization { get; }

    /// <summary>The dispatchers.</summary>
    public abstract Dispatchers Dispatchers { get; }

    /// <summary>The mailboxes.</summary>
    public abstract Mailboxes Mailboxes { get; }

    /// <summary>When the system was started, on the scheduler's monotonic clock.</summary>
    public TimeSpan StartTime { get; private protected set; }

    /// <summary>For how long it has run.</summary>
    public TimeSpan Uptime => Scheduler.MonotonicClock - StartTime;

    /// <summary>Ends when the system has terminated.</summary>
    public abstract Task WhenTerminated { get; }

    /// <summary>Starts a system with the default configuration.</summary>
    public static ActorSystem Create(string name) => Create(name, ConfigurationFactory.Load());

    /// <summary>Starts a system.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    /// <summary>Starts a system.</summary>
    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    /// <summary>Starts a system.</summary>
    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var config = bootstrap is { HasValue: true, Value.Config: { HasValue: true } given } ? given.Value : ConfigurationFactory.Load();
        if (bootstrap is { HasValue: true, Value.ConfigFallback: { HasValue: true } fallback })
        {
            config = config.WithFallback(fallback.Value);
        }

        var system = new ActorSystemImpl(name, config, setup);
        system.Start();
        return system;
    }

    /// <inheritdoc/>
    public abstract IActorRef ActorOf(Props props, string? name = null);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    /// <inheritdoc/>
    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Stops an actor.</summary>
    public abstract void Stop(IActorRef actor);

    /// <summary>Ends the system; the task ends with it.</summary>
    public abstract Task Terminate();

    /// <summary>Runs an action once the system has terminated; the last registered runs first.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Makes an extension, if the system has not got it.</summary>
    public abstract object RegisterExtension(IExtensionId extension);

    /// <summary>The system's extension.</summary>
    public abstract object GetExtension(IExtensionId extensionId);

    /// <summary>The system's extension of a type.</summary>
    public abstract T GetExtension<T>()
        where T : class, IExtension;

    /// <summary>Whether the system has an extension.</summary>
    public abstract bool HasExtension(Type type);

    /// <summary>Whether the system has an extension.</summary>
    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    /// <summary>Gets an extension, if the system has it.</summary>
    public abstract bool TryGetExtension(Type extensionType, out object extension);

    /// <summary>Gets an extension, if the system has it.</summary>
    public abstract bool TryGetExtension<T>(out T extension)
        where T : class, IExtension;

    /// <summary>Ends the system, without waiting for its end.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the system.</summary>
    private protected abstract void Dispose(bool disposing);
}

/// <summary>What extensions see of an actor system.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    /// <summary>Made by the engine alone.</summary>
    protected ExtendedActorSystem()
    {
    }

    /// <summary>Creates an actor among the system's own.</summary>
    public abstract IActorRef SystemActorOf(Props props, string? name = null);

    /// <summary>Creates an actor among the system's own.</summary>
    public abstract IActorRef SystemActorOf<TActor>(string? name = null)
        where TActor : ActorBase, new();

    /// <summary>Ends the system without its coordinated shutdown.</summary>
    public abstract void Abort();

    /// <summary>The tree of actors, one a line.</summary>
    public abstract string PrintTree();

    internal abstract IActorRefProvider Provider { get; }

    internal abstract IInternalActorRef Guardian { get; }

    internal abstract IInternalActorRef SystemGuardian { get; }

    internal abstract IInternalActorRef LookupRoot { get; }
}
