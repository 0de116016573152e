using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Pattern;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>Checks replayed events on their way to a persistent actor, for journals that do not derive from <see cref="AsyncWriteJournal"/>.</summary>
public class ReplayFilter : ActorBase
{
    private readonly ReplayWindow _window;
    private bool _failed;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public ReplayFilter(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        PersistentActor = persistentActor;
        Mode = mode;
        WindowSize = windowSize;
        MaxOldWriters = maxOldWriters;
        DebugEnabled = debugEnabled;
        _window = new ReplayWindow(
            new ReplayFilterSettings(mode, windowSize, maxOldWriters, debugEnabled), Context.GetLogger(), message => persistentActor.Tell(message, ActorRefs.NoSender));
    }

    /// <summary>Who gets the events.</summary>
    public IActorRef PersistentActor { get; }

    /// <summary>What becomes of events that do not fit.</summary>
    public ReplayFilterMode Mode { get; }

    /// <summary>How many events are looked at together.</summary>
    public int WindowSize { get; }

    /// <summary>How many older writers are remembered.</summary>
    public int MaxOldWriters { get; }

    /// <summary>Whether every event is logged.</summary>
    public bool DebugEnabled { get; }

    /// <summary>What a filter is made from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not above 0.</exception>
    public static Props Props(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxOldWriters);
        ArgumentOutOfRangeException.ThrowIfEqual(mode, ReplayFilterMode.Disabled);
        return Actor.Props.Create(() => new ReplayFilter(persistentActor, mode, windowSize, maxOldWriters, debugEnabled));
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                if (!_failed)
                {
                    Check(replayed);
                }

                return true;
            case RecoverySuccess or ReplayMessagesFailure:
                if (!_failed)
                {
                    _window.End();
                    PersistentActor.Tell(message, ActorRefs.NoSender);
                }

                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void Check(ReplayedMessage replayed)
    {
        try
        {
            _window.Offer(replayed);
        }
        catch (IllegalStateException cause)
        {
            _failed = true;
            PersistentActor.Tell(new ReplayMessagesFailure(cause), ActorRefs.NoSender);
        }
    }
}
