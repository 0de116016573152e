using System.Text.RegularExpressions;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.TestKit.EventFilters;

namespace Meditron.Actors.TestKit;

/// <summary>Describes log events, to expect them or to keep them out of the log.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;

    private readonly ActorSystem _system;

    private readonly IReadOnlyList<EventFilter> _filters;

    /// <summary>Describes events of the kit's system.</summary>
    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys, [])
    {
    }

    /// <summary>Describes events of a system.</summary>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilter> filters)
    {
        _testkit = testkit;
        _system = system;
        _filters = filters;
    }

    /// <summary>Events that a predicate takes.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Applier(new CustomFilter(predicate));

    /// <summary>Events of a type that a predicate takes.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Applier(new CustomFilter(logEvent => logEvent is TLogEvent typed && predicate(typed)));

    /// <summary>Errors caused by an exception of a type.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => Exception(typeof(TException), pattern, source);

    /// <summary>Errors caused by an exception of a type.</summary>
    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    /// <summary>Errors caused by an exception of a type.</summary>
    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Applier(new ExceptionFilter(exceptionType, TextMatcher.Of(pattern), TextMatcher.Equal(source), checkInnerExceptions));

    /// <summary>Errors caused by an exception of a type; the text may be the event's or the exception's.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null,
        bool checkInnerExceptions = false) =>
        Applier(new ExceptionFilter(exceptionType, TextMatcher.Of(message, start, contains), TextMatcher.Equal(source), checkInnerExceptions));

    /// <summary>Errors.</summary>
    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    /// <summary>Errors.</summary>
    public IEventFilterApplier Error(Regex pattern, string? source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(Regex pattern, string? source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    /// <summary>Informational events.</summary>
    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    /// <summary>Informational events.</summary>
    public IEventFilterApplier Info(Regex pattern, string? source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(Regex pattern, string? source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Applier(new LevelFilter(logLevel, TextMatcher.Of(message, start, contains), TextMatcher.Equal(source)));

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        Applier(new LevelFilter(logLevel, TextMatcher.Of(pattern), TextMatcher.Equal(source)));

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => Letters(_ => true, null);

    /// <summary>Dead letters with a message of a type.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => Letters(letter => letter.Message is TMessage, source);

    /// <summary>Dead letters with a message of a type that fulfils a predicate.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        Letters(letter => letter.Message is TMessage message && isMatch(message), source);

    /// <summary>Dead letters with a message of a type.</summary>
    public IEventFilterApplier DeadLetter(Type type, string? source = null) => Letters(letter => type.IsInstanceOfType(letter.Message), source);

    /// <summary>Dead letters with a message of a type that fulfils a predicate.</summary>
    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        Letters(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    private IEventFilterApplier Letters(Func<DeadLetter, bool> predicate, string? source) => Applier(new DeadLetterFilter(predicate, TextMatcher.Equal(source)));

    private EventFilterApplier Applier(EventFilter filter) => new(_testkit, _system, [.. _filters, filter]);
}
