namespace Meditron.Actors.Event;

/// <summary>How serious a log event is; a logger writes events of its level and above.</summary>
public enum LogLevel
{
    /// <summary>Details for finding faults.</summary>
    DebugLevel,

    /// <summary>What the system does when all is well.</summary>
    InfoLevel,

    /// <summary>Something unexpected that the system coped with.</summary>
    WarningLevel,

    /// <summary>A failure.</summary>
    ErrorLevel,
}
