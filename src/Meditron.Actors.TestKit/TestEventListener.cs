using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.TestKit.EventFilters;

namespace Meditron.Actors.TestKit;

/// <summary>The kit's logger: keeps what tests expect or mute out of the log and prints the rest.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<EventFilter> _filters = [];

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(Mute), typeof(Unmute), typeof(DeadLetter), typeof(UnhandledMessage), typeof(AreYouThere) })
                {
                    initialize.LoggingBus.Subscribe(Self, type);
                }

                return base.Receive(message);
            case AreYouThere question:
                question.Yes.Set();
                return true;
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                {
                    _filters.Remove(filter);
                }

                return true;
            case LogEvent logEvent:
                if (!IsTaken(logEvent))
                {
                    Print(logEvent);
                }

                return true;
            case DeadLetter letter:
                IsTaken(new Warning(Source(letter.Recipient), letter.Recipient.GetType(), letter));
                return true;
            case UnhandledMessage unhandled:
                IsTaken(new Warning(Source(unhandled.Recipient), unhandled.Recipient.GetType(), $"Unhandled message from {unhandled.Sender} : {unhandled.Message}"));
                return true;
            default:
                return base.Receive(message);
        }
    }

    private static string Source(IActorRef recipient) => recipient.Path.ToString();

    /// <summary>Every filter sees the event, as each may be counting.</summary>
    private bool IsTaken(LogEvent logEvent)
    {
        var taken = false;
        foreach (var filter in _filters.ToArray())
        {
            taken |= filter.Apply(logEvent);
        }

        return taken;
    }
}
