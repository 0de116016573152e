using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Writes log entries to standard output, a colour for each level where the output is a terminal.</summary>
internal class StandardOutLogger : MinimalLogger
{
    private static readonly Lock Writing = new();

    /// <summary>Creates a logger.</summary>
    public StandardOutLogger()
    {
    }

    /// <summary>The colour of debug entries.</summary>
    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    /// <summary>The colour of information.</summary>
    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    /// <summary>The colour of warnings.</summary>
    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    /// <summary>The colour of errors.</summary>
    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    /// <summary>Whether to use colours where the output is a terminal.</summary>
    public static bool UseColors { get; set; } = true;

    /// <summary>Writes one entry to standard output.</summary>
    internal static void PrintLogEvent(object message)
    {
        string text = LogText.Of(message);
        lock (Writing)
        {
            if (!UseColors || Console.IsOutputRedirected || message is not LogEvent entry)
            {
                Console.WriteLine(text);
                return;
            }

            ConsoleColor before = Console.ForegroundColor;
            Console.ForegroundColor = entry.LogLevel() switch
            {
                LogLevel.DebugLevel => DebugColor,
                LogLevel.InfoLevel => InfoColor,
                LogLevel.WarningLevel => WarningColor,
                _ => ErrorColor,
            };
            Console.WriteLine(text);
            Console.ForegroundColor = before;
        }
    }

    /// <inheritdoc/>
    protected override void Log(object message) => PrintLogEvent(message);
}
