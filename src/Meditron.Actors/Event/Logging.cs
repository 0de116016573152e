using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Makes logging adapters and translates log levels.</summary>
public static class Logging
{
    /// <summary>Above every level: nothing is logged.</summary>
    internal const LogLevel OffLogLevel = (LogLevel)int.MaxValue;

    internal static readonly IReadOnlyList<LogLevel> AllLogLevels =
        [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    /// <summary>The adapter of the actor whose context this is.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return GetLogger(context.System, context, logMessageFormatter);
    }

    /// <summary>An adapter for anything that logs in an actor system.</summary>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        LogSource source = LogSource.Create(logSourceObj, system);
        return new BusLogging(system.EventStream, source.Source, source.Type, logMessageFormatter ?? system.EventStream.Formatter);
    }

    /// <summary>An adapter for anything that logs on a bus.</summary>
    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(loggingBus);
        LogSource source = LogSource.Create(logSourceObj);
        return new BusLogging(loggingBus, source.Source, source.Type, logMessageFormatter ?? loggingBus.Formatter);
    }

    /// <summary>The level that a configuration names: DEBUG, INFO, WARNING (or WARN), ERROR or OFF.</summary>
    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" or "WARN" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLogLevel,
        _ => throw new ArgumentException($"There is no log level '{logLevel}'; DEBUG, INFO, WARNING, ERROR and OFF are allowed.", nameof(logLevel)),
    };

    /// <summary>The level of a type of log events.</summary>
    /// <typeparam name="T">The type of log events.</typeparam>
    public static LogLevel LogLevelFor<T>()
        where T : LogEvent
    {
        foreach (LogLevel level in AllLogLevels)
        {
            if (level.ClassFor() == typeof(T))
            {
                return level;
            }
        }

        throw new ArgumentException($"{typeof(T)} is no type of log events with a level of its own.");
    }

    /// <summary>The type of the log events of a level.</summary>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"There is no log level {logLevel}.", nameof(logLevel)),
    };

    /// <summary>The name of a level as configurations and logs have it.</summary>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        OffLogLevel => "OFF",
        _ => throw new ArgumentException($"There is no log level {logLevel}.", nameof(logLevel)),
    };

    /// <summary>The name of an object's type, without its namespace.</summary>
    public static string SimpleName(object o)
    {
        ArgumentNullException.ThrowIfNull(o);
        return SimpleName(o.GetType());
    }

    /// <summary>The name of a type, without its namespace.</summary>
    public static string SimpleName(Type t)
    {
        ArgumentNullException.ThrowIfNull(t);
        return t.Name;
    }
}
