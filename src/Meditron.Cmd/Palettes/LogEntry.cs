using System.Globalization;
using Meditron.Cmd.Hosting;

namespace Meditron.Cmd.Palettes;

/// <summary>One entry of the log as text.</summary>
internal sealed record LogEntry(DateTime Time, LogLevel Level, string Text) : INoSerializationVerificationNeeded
{
    /// <summary>The entry of an event; one whose text cannot be made says so.</summary>
    public static LogEntry Of(LogEvent logged, int maxLength)
    {
        string message;
        try
        {
            message = logged.Message?.ToString() ?? "";
            if (logged.Cause is { } cause)
            {
                message = $"{message}\nCause: {cause}";
            }
        }
#pragma warning disable CA1031 // The text is made by code of whoever logged, which may throw anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            message = $"(the entry cannot be written: {e.GetType().Name}: {e.Message})";
        }

        var level = logged.LogLevel();
        var line = string.Create(CultureInfo.InvariantCulture, $"{logged.Timestamp:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {NameOf(level),-7} [{logged.LogSource}] {message}");
        return new LogEntry(logged.Timestamp, level, TextPieces.Cut(line, maxLength));
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        _ => "ERROR",
    };
}
