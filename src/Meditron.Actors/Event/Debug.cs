namespace Meditron.Actors.Event;

/// <summary>A log event of level <see cref="LogLevel.DebugLevel"/>: details for finding faults.</summary>
public class Debug : LogEvent
{
    /// <summary>Creates an event without a cause.</summary>
    public Debug(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event with the exception that caused it.</summary>
    public Debug(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}
