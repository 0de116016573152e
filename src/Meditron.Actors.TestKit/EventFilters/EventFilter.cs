using System.Text.RegularExpressions;
using Meditron.Actors.Event;

namespace Meditron.Actors.TestKit.EventFilters;

/// <summary>Says which log events a test expects or mutes.</summary>
internal abstract class EventFilter(TextMatcher message, TextMatcher source)
{
    private readonly List<Action> _onMatch = [];

    /// <summary>Takes an event if it matches.</summary>
    public bool Apply(LogEvent logEvent)
    {
        if (!IsMatch(logEvent))
        {
            return false;
        }

        Action[] onMatch;
        lock (_onMatch)
        {
            onMatch = [.. _onMatch];
        }

        foreach (var action in onMatch)
        {
            action();
        }

        return true;
    }

    /// <summary>Calls an action on the logger's thread for each event that matches.</summary>
    public void OnMatch(Action action)
    {
        lock (_onMatch)
        {
            _onMatch.Add(action);
        }
    }

    /// <summary>Ends <see cref="OnMatch"/>.</summary>
    public void ForgetMatch(Action action)
    {
        lock (_onMatch)
        {
            _onMatch.Remove(action);
        }
    }

    public override string ToString() => $"{Name}, message {message}, source {source}";

    protected abstract string Name { get; }

    protected abstract bool IsMatch(LogEvent logEvent);

    protected bool MatchesTexts(LogEvent logEvent) => MatchesSource(logEvent) && message.Matches(logEvent.Message?.ToString());

    protected bool MatchesTextsOrCause(LogEvent logEvent) =>
        MatchesSource(logEvent) && (message.Matches(logEvent.Message?.ToString()) || Causes(logEvent.Cause).Any(cause => message.Matches(cause.Message)));

    protected bool MatchesSource(LogEvent logEvent) => source.Matches(logEvent.LogSource) || source.Matches(WithoutAddress(logEvent.LogSource));

    protected static IEnumerable<Exception> Causes(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <summary>Sources of actors are written as "[akka://system/user/name#uid]"; tests name them by path.</summary>
    private static string WithoutAddress(string? source)
    {
        var text = (source ?? "").Trim('[', ']');
        var at = text.IndexOf("://", StringComparison.Ordinal);
        var path = at < 0 ? -1 : text.IndexOf('/', at + 3);
        var uid = text.LastIndexOf('#');
        return path < 0 ? text : text[path..(uid > path ? uid : text.Length)];
    }
}

/// <summary>Matches events of one level.</summary>
internal sealed class LevelFilter(LogLevel level, TextMatcher message, TextMatcher source) : EventFilter(message, source)
{
    protected override string Name => $"{level} events";

    protected override bool IsMatch(LogEvent logEvent) => logEvent.LogLevel() == level && MatchesTexts(logEvent);
}

/// <summary>Matches errors that were caused by an exception of a type.</summary>
internal sealed class ExceptionFilter(Type type, TextMatcher message, TextMatcher source, bool checkInner) : EventFilter(message, source)
{
    protected override string Name => $"errors with a {type.Name}";

    protected override bool IsMatch(LogEvent logEvent)
    {
        var causes = Causes(logEvent.Cause).Take(checkInner ? int.MaxValue : 1);
        return logEvent is Error && causes.Any(type.IsInstanceOfType) && MatchesTextsOrCause(logEvent);
    }
}

/// <summary>Matches dead letters whose message is of a type.</summary>
internal sealed class DeadLetterFilter(Func<DeadLetter, bool> predicate, TextMatcher source) : EventFilter(TextMatcher.Any, source)
{
    protected override string Name => "dead letters";

    protected override bool IsMatch(LogEvent logEvent) => logEvent.Message is DeadLetter letter && MatchesSource(logEvent) && predicate(letter);
}

/// <summary>Matches what a predicate says.</summary>
internal sealed class CustomFilter(Predicate<LogEvent> predicate) : EventFilter(TextMatcher.Any, TextMatcher.Any)
{
    protected override string Name => "events that a predicate takes";

    protected override bool IsMatch(LogEvent logEvent) => predicate(logEvent);
}

/// <summary>Compares a text with what a test expects of it.</summary>
internal sealed class TextMatcher(Func<string, bool> matches, string description)
{
    public static TextMatcher Any { get; } = new(_ => true, "any");

    public static TextMatcher Of(Regex pattern) => new(pattern.IsMatch, $"like '{pattern}'");

    public static TextMatcher Equal(string? text) => text is null ? Any : new(value => value == text, $"'{text}'");

    /// <summary>The first that is given counts: the whole text, its start, a part of it.</summary>
    public static TextMatcher Of(string? message, string? start, string? contains) => (message, start, contains) switch
    {
        ({ } text, _, _) => Equal(text),
        (_, { } text, _) => new(value => value.StartsWith(text, StringComparison.Ordinal), $"starting with '{text}'"),
        (_, _, { } text) => new(value => value.Contains(text, StringComparison.Ordinal), $"containing '{text}'"),
        _ => Any,
    };

    public bool Matches(string? text) => matches(text ?? "");

    public override string ToString() => description;
}

/// <summary>Tells the kit's logger to take events that match.</summary>
internal sealed record Mute(IReadOnlyList<EventFilter> Filters) : Actor.INoSerializationVerificationNeeded;

/// <summary>Tells the kit's logger to take those events no longer.</summary>
internal sealed record Unmute(IReadOnlyList<EventFilter> Filters) : Actor.INoSerializationVerificationNeeded;

/// <summary>Asks the kit's logger whether it has started to listen.</summary>
internal sealed record AreYouThere(ManualResetEventSlim Yes) : Actor.INoSerializationVerificationNeeded;
