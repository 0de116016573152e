using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Logs dead letters, up to <c>akka.log-dead-letters</c> of them, then pauses for <c>akka.log-dead-letters-suspend-duration</c>.</summary>
public class DeadLetterListener : ActorBase
{
    private const string Settings = "Keys akka.log-dead-letters and akka.log-dead-letters-during-shutdown decide what is logged here.";
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _maximum = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _pause = Context.System.Settings.LogDeadLettersSuspendDuration;
    private readonly IScheduler _clock = Context.System.Scheduler;
    private int _count;
    private int _unlogged;
    private TimeSpan? _silentUntil;

    /// <summary>Creates the listener.</summary>
    public DeadLetterListener()
    {
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
    }

    /// <inheritdoc/>
    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
        {
            return false;
        }

        if (letter.Message is not IDeadLetterSuppression and not LogEvent)
        {
            Handle(letter);
        }

        return true;
    }

    private void Handle(AllDeadLetters letter)
    {
        if (_silentUntil is { } until)
        {
            if (_pause == Timeout.InfiniteTimeSpan || _clock.MonotonicClock < until)
            {
                _unlogged++;
                return;
            }

            _silentUntil = null;
            _count = 0;
        }

        _count++;
        string text = Describe(letter);
        if (_maximum == int.MaxValue || _count < _maximum)
        {
            Log(letter, $"{text} {_count} so far{Missed()}. {Settings}");
            return;
        }

        string silence = _pause == Timeout.InfiniteTimeSpan ? "no more of them are logged" : $"the next are not logged for {_pause}";
        Log(letter, $"{text} {_count} so far{Missed()}; {silence}. {Settings}");
        _silentUntil = _pause == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _clock.MonotonicClock + _pause;
    }

    private string Missed()
    {
        string text = _unlogged == 0 ? string.Empty : $", {_unlogged} were not logged meanwhile";
        _unlogged = 0;
        return text;
    }

    private static string Describe(AllDeadLetters letter)
    {
        string what = letter switch
        {
            Dropped dropped => $"was dropped: {dropped.Reason}",
            UnhandledMessage => "was not handled",
            _ => "was not delivered",
        };
        string type = letter.Message?.GetType().Name ?? "null";
        string sender = letter.Sender is null ? "no sender" : LogText.Of(letter.Sender);
        return $"Message [{type}] from {sender} to {LogText.Of(letter.Recipient)} {what}. Content: {LogText.Of(letter.Message)}. Dead letters:";
    }

    private void Log(AllDeadLetters letter, string text) =>
        _eventStream.Publish(new Info(letter.Recipient?.Path.ToString() ?? Self.Path.ToString()!, letter.Recipient?.GetType() ?? GetType(), text));
}
