namespace Meditron.Actors.Event;

/// <summary>A log event of level <see cref="LogLevel.WarningLevel"/>: something unexpected that the system coped with.</summary>
public class Warning : LogEvent
{
    /// <summary>Creates an event without a cause.</summary>
    public Warning(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event with the exception that caused it.</summary>
    public Warning(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}
