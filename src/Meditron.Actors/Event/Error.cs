namespace Meditron.Actors.Event;

/// <summary>A log event of level <see cref="LogLevel.ErrorLevel"/>: a failure.</summary>
public class Error : LogEvent
{
    /// <summary>Creates an event with the exception that caused it.</summary>
    public Error(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}
