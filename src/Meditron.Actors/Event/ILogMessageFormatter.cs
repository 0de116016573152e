namespace Meditron.Actors.Event;

/// <summary>Makes the text of a log message from its format and arguments.</summary>
public interface ILogMessageFormatter
{
    /// <summary>The text of <paramref name="format"/> with its arguments filled in.</summary>
    string Format(string format, params object[] args);

    /// <summary>The text of <paramref name="format"/> with its arguments filled in.</summary>
    string Format(string format, IEnumerable<object> args);
}

/// <summary>Formats with <see cref="string.Format(string, object[])"/>.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    /// <summary>The one instance.</summary>
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    /// <inheritdoc/>
    public string Format(string format, params object[] args) =>
        args is { Length: > 0 } ? string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args) : format;

    /// <inheritdoc/>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
