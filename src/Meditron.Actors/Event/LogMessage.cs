namespace Meditron.Actors.Event;

/// <summary>A format with its arguments, made into text only when somebody writes it.</summary>
public abstract class LogMessage
{
    /// <summary>What makes the text.</summary>
    protected readonly ILogMessageFormatter Formatter;

    /// <summary>Creates a message with a format.</summary>
    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    /// <summary>The format: what is the same in every message of its kind.</summary>
    public string Format { get; }

    /// <summary>The format and the arguments side by side, for those who must not lose either.</summary>
    public abstract string Unformatted();

    /// <summary>The arguments.</summary>
    public abstract IEnumerable<object> Parameters();
}

/// <summary>The log message that the logging extensions build when their level is on.</summary>
internal sealed class FormattedLogMessage(ILogMessageFormatter formatter, string format, object?[]? args) : LogMessage(formatter, format)
{
    private readonly object[] _args = args is null ? [null!] : args.Select(static a => a!).ToArray();

    internal object[] Arguments => _args;

    public override IEnumerable<object> Parameters() => _args;

    public override string Unformatted() => $"{Format} [{string.Join(", ", _args.Select(LogText.Of))}]";

    // A format that does not fit its arguments, or an argument that cannot be printed, still gives a line to read.
    public override string ToString()
    {
        try
        {
            return Formatter.Format(Format, _args);
        }
        catch (Exception e)
        {
            return $"{Unformatted()} <this message could not be formatted: {e.GetType().Name}>";
        }
    }
}
