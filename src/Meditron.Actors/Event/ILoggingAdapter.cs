namespace Meditron.Actors.Event;

/// <summary>What actors log with; <see cref="LoggingExtensions"/> adds Debug, Info, Warning and Error.</summary>
public interface ILoggingAdapter
{
    /// <summary>Makes the texts of this adapter's messages.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>Whether <see cref="LogLevel.DebugLevel"/> is on.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>Whether <see cref="LogLevel.InfoLevel"/> is on.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>Whether <see cref="LogLevel.WarningLevel"/> is on.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>Whether <see cref="LogLevel.ErrorLevel"/> is on.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>Whether a level is on.</summary>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs a message that is formatted only when it is written.</summary>
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);

    /// <summary>Logs a finished text.</summary>
    void Log(LogLevel logLevel, Exception? cause, string message);
}
