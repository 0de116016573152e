using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>The logger of <c>akka.loggers</c> by default: it writes to the system's standard output logger.</summary>
public class DefaultLogger : ActorBase
{
    private MinimalLogger? _output;

    /// <summary>Creates the logger.</summary>
    public DefaultLogger()
    {
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                _output = initialize.LoggingBus.StdoutLogger;
                Sender.Tell(new LoggerInitialized(), Self);
                return true;
            case LogEvent entry:
                Print(entry);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes one entry.</summary>
    protected virtual void Print(LogEvent logEvent)
    {
        if (_output is null)
        {
            StandardOutLogger.PrintLogEvent(logEvent);
        }
        else
        {
            _output.Tell(logEvent, ActorRefs.NoSender);
        }
    }
}
