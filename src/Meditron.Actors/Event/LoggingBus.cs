using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Event;

/// <summary>The event bus that also knows the log level and the loggers of an actor system.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private readonly List<IActorRef> _loggers = [];
    private volatile int _logLevel;
    private int _nextLogger;
    private LogLevel _stdoutLevel = LogLevel.WarningLevel;

    /// <summary>Creates a bus without loggers.</summary>
    public LoggingBus()
    {
    }

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel LogLevel => (LogLevel)_logLevel;

    /// <summary>Gives log events their time.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>The formatter of adapters that are given none (<c>akka.logger-formatter</c>).</summary>
    internal ILogMessageFormatter Formatter { get; set; } = DefaultLogMessageFormatter.Instance;

    /// <summary>Writes log entries before the loggers start and after they stop.</summary>
    internal MinimalLogger? StdoutLogger { get; private set; }

    /// <summary>The actors that log now, in the order in which they were started.</summary>
    internal IReadOnlyList<IActorRef> Loggers
    {
        get
        {
            lock (_loggers)
            {
                return [.. _loggers];
            }
        }
    }

    /// <inheritdoc/>
    public override void Publish(object @event)
    {
        if (@event is LogEvent entry && entry.Timestamp == default)
        {
            entry.Timestamp = Time.GetUtcNow().UtcDateTime;
        }

        base.Publish(@event);
    }

    /// <summary>Sets the lowest level that is logged.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        _logLevel = (int)logLevel;
        foreach (IActorRef logger in Loggers)
        {
            SubscribeLogger(logger, logLevel);
        }
    }

    /// <summary>Starts logging to standard output at <c>akka.stdout-loglevel</c>, until the configured loggers run.</summary>
    public void StartStdoutLogger(Settings config)
    {
        ArgumentNullException.ThrowIfNull(config);
        StdoutLogger = new StandardOutLogger();
        if (config.Setup.Get<LogFilterSetup>() is { HasValue: true } filters)
        {
            StdoutLogger.Filter = filters.Value.CreateEvaluator();
        }

        Formatter = FormatterOf(config.Config.GetString("akka.logger-formatter"));
        _stdoutLevel = Logging.LogLevelFor(config.StdoutLogLevel);
        _logLevel = (int)_stdoutLevel;
        SubscribeLogger(StdoutLogger, _stdoutLevel);
    }

    /// <summary>
    /// Starts the loggers of <c>akka.loggers</c> in place of standard output. They are subscribed at once and get
    /// <see cref="InitializeLogger"/> before any event, so nothing waits for them and nothing is lost; one that does
    /// not answer within <c>akka.logger-startup-timeout</c> is reported.
    /// </summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        LogLevel level = Logging.LogLevelFor(system.Settings.LogLevel);
        bool keepStdout = false;
        foreach (string name in system.Settings.Loggers)
        {
            Type type = TypeAliases.Resolve(name, "akka.loggers");
            if (typeof(StandardOutLogger).IsAssignableFrom(type))
            {
                keepStdout = true;
                SubscribeLogger(StdoutLogger!, level);
                continue;
            }

            if (!typeof(ActorBase).IsAssignableFrom(type))
            {
                throw new ConfigurationException($"akka.loggers names {name}, which is no actor; a logger handles InitializeLogger and the log events.");
            }

            StartLogger(system, type, level);
        }

        _logLevel = (int)level;
        if (!keepStdout && StdoutLogger is not null)
        {
            Unsubscribe(StdoutLogger);
        }
    }

    /// <summary>Stops the loggers once they have written what they have, and logs to standard output again.</summary>
    internal void StopDefaultLoggers(ActorSystem system)
    {
        if (StdoutLogger is not null)
        {
            SubscribeLogger(StdoutLogger, _stdoutLevel);
        }

        foreach (IActorRef logger in Loggers)
        {
            Unsubscribe(logger);
            logger.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }

        lock (_loggers)
        {
            _loggers.Clear();
        }
    }

    /// <inheritdoc/>
    protected override bool IsSubClassification(Type parent, Type child)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent.IsAssignableFrom(child);
    }

    /// <inheritdoc/>
    protected override void Publish(object @event, IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        subscriber.Tell(@event, ActorRefs.NoSender);
    }

    /// <inheritdoc/>
    protected override bool Classify(object @event, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.IsInstanceOfType(@event);
    }

    /// <inheritdoc/>
    protected override Type GetClassifier(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return @event.GetType();
    }

    private static ILogMessageFormatter FormatterOf(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return DefaultLogMessageFormatter.Instance;
        }

        Type type = TypeAliases.Resolve(name, "akka.logger-formatter");
        object? formatter = type == typeof(DefaultLogMessageFormatter) ? DefaultLogMessageFormatter.Instance : Activator.CreateInstance(type, nonPublic: true);
        return formatter as ILogMessageFormatter
            ?? throw new ConfigurationException($"akka.logger-formatter names {name}, which is no ILogMessageFormatter.");
    }

    private void StartLogger(ActorSystemImpl system, Type type, LogLevel level)
    {
        string name = $"log{++_nextLogger}-{type.Name}";
        Props props = Props.Create(type);
        if (!string.IsNullOrEmpty(system.Settings.LoggersDispatcher))
        {
            props = props.WithDispatcher(system.Settings.LoggersDispatcher);
        }

        IActorRef logger = system.SystemActorOf(props, name);
        LoggerStart start = new(logger, system);
        logger.Tell(new InitializeLogger(this), start);
        SubscribeLogger(logger, level);
        lock (_loggers)
        {
            _loggers.Add(logger);
        }

        start.ReportAfter(system.Settings.LoggerStartTimeout);
    }

    private void SubscribeLogger(IActorRef logger, LogLevel level)
    {
        foreach (LogLevel each in Logging.AllLogLevels)
        {
            if (each >= level)
            {
                Subscribe(logger, each.ClassFor());
            }
            else
            {
                Unsubscribe(logger, each.ClassFor());
            }
        }
    }
}
