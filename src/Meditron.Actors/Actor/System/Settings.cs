using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Actor;

/// <summary>The settings of an actor system, read and checked once.</summary>
public class Settings
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<Settings>("reference.conf");

    private Config _config;

    /// <summary>Reads the settings from a configuration, behind which the defaults stand.</summary>
    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty)
    {
    }

    /// <summary>Reads the settings from a configuration and the setups.</summary>
    /// <exception cref="ConfigurationException">A value is not allowed.</exception>
    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _config = config.WithFallback(Reference);
        ProviderSelectionType = setup.Get<BootstrapSetup>() is { HasValue: true, Value.ActorRefProvider: { HasValue: true } chosen }
            ? chosen.Value
            : ProviderSelection.GetProvider(_config.GetString("akka.actor.provider"));
        ProviderClass = ProviderSelectionType.Fqn;
        HasCluster = ProviderSelectionType.HasCluster;
        LogLevel = _config.GetString("akka.loglevel");
        StdoutLogLevel = _config.GetString("akka.stdout-loglevel");
        Loggers = _config.GetStringList("akka.loggers").ToList();
        LoggersDispatcher = _config.GetString("akka.loggers-dispatcher");
        LoggerStartTimeout = _config.GetTimeSpan("akka.logger-startup-timeout");
        LogDeadLetters = _config.GetString("akka.log-dead-letters").ToLowerInvariant() switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => _config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = _config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = _config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        AskTimeout = _config.GetTimeSpan("akka.actor.ask-timeout", null, allowInfinite: true);
        CreationTimeout = _config.GetTimeSpan("akka.actor.creation-timeout");
        SerializeAllMessages = _config.GetBoolean("akka.actor.serialize-messages");
        SerializeAllCreators = _config.GetBoolean("akka.actor.serialize-creators");
        SupervisorStrategyClass = _config.GetString("akka.actor.guardian-supervisor-strategy");
        DebugAutoReceive = _config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = _config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = _config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = _config.GetBoolean("akka.actor.debug.unhandled");
        AddLoggingReceive = _config.GetBoolean("akka.actor.debug.receive");
        SchedulerClass = _config.GetString("akka.scheduler.implementation");
        CoordinatedShutdownTerminateActorSystem = _config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = _config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        LogConfigOnStart = _config.GetBoolean("akka.log-config-on-start");
        if (AskTimeout <= TimeSpan.Zero && AskTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ConfigurationException($"akka.actor.ask-timeout is {AskTimeout}: it must be positive, or infinite.");
        }
    }

    /// <summary>The system.</summary>
    public ActorSystem System { get; }

    /// <summary>The setups.</summary>
    public ActorSystemSetup Setup { get; }

    /// <summary>The configuration, with all defaults.</summary>
    public Config Config => _config;

    /// <summary>Which provider the system uses.</summary>
    public ProviderSelection ProviderSelectionType { get; }

    /// <summary>The provider's type.</summary>
    public string ProviderClass { get; }

    /// <summary>Whether the system is a member of a cluster.</summary>
    public bool HasCluster { get; }

    /// <summary>The lowest level that is logged.</summary>
    public string LogLevel { get; }

    /// <summary>The lowest level that is written to standard output at start and end.</summary>
    public string StdoutLogLevel { get; }

    /// <summary>The types of the loggers.</summary>
    public IList<string> Loggers { get; }

    /// <summary>The dispatcher of the loggers.</summary>
    public string LoggersDispatcher { get; }

    /// <summary>How long a logger may take to start.</summary>
    public TimeSpan LoggerStartTimeout { get; }

    /// <summary>The number of dead letters logged before a pause.</summary>
    public int LogDeadLetters { get; }

    /// <summary>Whether dead letters are logged while the system ends.</summary>
    public bool LogDeadLettersDuringShutdown { get; }

    /// <summary>The pause after too many dead letters.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; }

    /// <summary>How long an ask without a timeout waits.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary>How long creating a top-level actor may take.</summary>
    public TimeSpan CreationTimeout { get; }

    /// <summary>Whether every message is put through serialization, to find those that cannot be.</summary>
    public bool SerializeAllMessages { get; }

    /// <summary>Whether all props are put through serialization.</summary>
    public bool SerializeAllCreators { get; }

    /// <summary>What makes the strategy of the user guardian.</summary>
    public string SupervisorStrategyClass { get; }

    /// <summary>Whether messages the engine handles are logged.</summary>
    public bool DebugAutoReceive { get; }

    /// <summary>Whether starts, stops and restarts are logged.</summary>
    public bool DebugLifecycle { get; }

    /// <summary>Whether subscriptions are logged.</summary>
    public bool DebugEventStream { get; }

    /// <summary>Whether unhandled messages are logged.</summary>
    public bool DebugUnhandledMessage { get; }

    /// <summary>Whether received messages are logged.</summary>
    public bool AddLoggingReceive { get; }

    /// <summary>The scheduler's type.</summary>
    public string SchedulerClass { get; }

    /// <summary>Whether a coordinated shutdown ends with the system's termination.</summary>
    public bool CoordinatedShutdownTerminateActorSystem { get; }

    /// <summary>Whether the system's termination runs a coordinated shutdown.</summary>
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Whether the configuration is logged at the start.</summary>
    public bool LogConfigOnStart { get; }

    /// <summary>Puts an assembly's defaults behind the configuration.</summary>
    public void InjectTopLevelFallback(Config config) => _config = _config.WithFallback(config);

    /// <inheritdoc/>
    public override string ToString() => _config.ToString();
}
