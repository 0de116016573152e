using System.Globalization;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>One entry of the log, published on the event stream and written by the loggers.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    /// <summary>Creates an event of the calling thread; its time is set by the bus that publishes it.</summary>
    protected LogEvent()
    {
        Thread = Thread.CurrentThread;
    }

    /// <summary>When the event was logged, in UTC.</summary>
    public DateTime Timestamp { get; internal set; }

    /// <summary>The thread that logged the event.</summary>
    public Thread Thread { get; }

    /// <summary>Who logged the event: an actor's path, a type's name or a given string.</summary>
    public string LogSource { get; protected set; } = string.Empty;

    /// <summary>The class that logged the event.</summary>
    public Type? LogClass { get; protected set; }

    /// <summary>The message: a string, a <see cref="LogMessage"/> formatted only when it is written, or any object.</summary>
    public object? Message { get; protected set; }

    /// <summary>The exception that caused the event, if one did.</summary>
    public Exception? Cause { get; protected set; }

    /// <summary>The level of the event.</summary>
    public abstract LogLevel LogLevel();

    /// <summary>The whole entry as one line, the cause on the lines after it.</summary>
    public override string ToString()
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"[{LogLevel().StringFor()}][{Timestamp:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {LogText.Of(Message)}");
        return Cause is null ? head : head + Environment.NewLine + "Cause: " + LogText.Of(Cause);
    }
}
