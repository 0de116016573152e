using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Serilog.Core;
using Serilog.Events;

namespace Meditron.Actors.Logger.Serilog;

/// <summary>
/// Writes log entries to Serilog's global logger, with their template and arguments kept apart and the properties
/// SourceContext, LogSource, ActorPath, Timestamp and Thread.
/// </summary>
public class SerilogLogger : ReceiveActor
{
    /// <summary>Creates the logger; it writes to <c>Serilog.Log.Logger</c> as it is at each entry.</summary>
    public SerilogLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized(), Self));
        Receive<Event.LogEvent>(Write);
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    private static void Write(Event.LogEvent entry)
    {
        LogEventLevel level = LevelOf(entry.LogLevel());
        global::Serilog.ILogger logger = global::Serilog.Log.Logger;
        if (!logger.IsEnabled(level))
        {
            return;
        }

        logger = logger
            .ForContext(Constants.SourceContextPropertyName, entry.LogClass?.FullName)
            .ForContext("LogSource", entry.LogSource)
            .ForContext("ActorPath", entry.LogSource)
            .ForContext("Timestamp", entry.Timestamp)
            .ForContext("Thread", entry.Thread.ManagedThreadId.ToString("0000", CultureInfo.InvariantCulture));
        if (entry.Message is LogMessage message)
        {
            logger.Write(level, entry.Cause, message.Format, Printable(message.Parameters()));
        }
        else
        {
            logger.Write(level, entry.Cause, "{Message:l}", LogText.Of(entry.Message));
        }
    }

    // Serilog turns an argument it does not know into text with ToString, which may throw; the text is made here, where that is caught.
    private static object?[] Printable(IEnumerable<object> args) => args.Select(Printable).ToArray();

    private static object? Printable(object arg) => arg switch
    {
        null => null,
        string or bool or char or DateTime or DateTimeOffset or TimeSpan or Guid => arg,
        _ when arg.GetType().IsPrimitive || arg is decimal || arg is Enum => arg,
        _ => LogText.Of(arg),
    };
}

/// <summary>Keeps a Serilog template as it is for the adapters whose entries Serilog renders.</summary>
public class SerilogLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The one instance.</summary>
    public static readonly SerilogLogMessageFormatter Instance = new();

    /// <summary>Creates a formatter.</summary>
    public SerilogLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object[] args)
    {
        if (args is not { Length: > 0 })
        {
            return format;
        }

        global::Serilog.Parsing.MessageTemplateParser parser = new();
        MessageTemplate template = parser.Parse(format);
        Dictionary<string, LogEventPropertyValue> values = new(StringComparer.Ordinal);
        int next = 0;
        foreach (global::Serilog.Parsing.PropertyToken token in template.Tokens.OfType<global::Serilog.Parsing.PropertyToken>())
        {
            int index = token.TryGetPositionalValue(out int position) ? position : next++;
            if (index < args.Length)
            {
                values[token.PropertyName] = new ScalarValue(args[index]);
            }
        }

        using StringWriter text = new(CultureInfo.InvariantCulture);
        template.Render(values, text, CultureInfo.InvariantCulture);
        return text.ToString();
    }

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
