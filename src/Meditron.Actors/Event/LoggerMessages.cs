using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>The first message to every logger; it answers with <see cref="LoggerInitialized"/> when it is ready.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    /// <summary>Creates the message with the bus whose events the logger will get.</summary>
    public InitializeLogger(LoggingBus loggingBus)
    {
        LoggingBus = loggingBus;
    }

    /// <summary>The bus whose events the logger will get.</summary>
    public LoggingBus LoggingBus { get; }
}

/// <summary>A logger's answer to <see cref="InitializeLogger"/>.</summary>
public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
}
