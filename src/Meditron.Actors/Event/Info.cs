namespace Meditron.Actors.Event;

/// <summary>A log event of level <see cref="LogLevel.InfoLevel"/>: what the system does.</summary>
public class Info : LogEvent
{
    /// <summary>Creates an event without a cause.</summary>
    public Info(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event with the exception that caused it.</summary>
    public Info(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}
