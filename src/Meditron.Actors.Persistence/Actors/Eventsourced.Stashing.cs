using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Persistence;

/// <summary>The actor's two stashes.</summary>
public abstract partial class Eventsourced
{
    /// <summary>What of a stash goes back into the mailbox when the actor restarts or stops: what was stashed as a command.</summary>
    public static readonly Func<Envelope, bool> UnstashFilterPredicate = static envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private readonly IStash _internalStash;
    private IStash? _stash;

    /// <inheritdoc/>
    public IStash Stash
    {
        get => _stash!;
        set => _stash = new UserStash(value, _internalStash);
    }

    private void StashInternally(object message)
    {
        try
        {
            _internalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response, Self);
                    break;
                default:
                    throw;
            }
        }
    }

    private void UnstashInternally(bool all)
    {
        if (all)
        {
            _internalStash.UnstashAll();
        }
        else
        {
            _internalStash.Unstash();
        }
    }

    private void UnstashEverything()
    {
        _internalStash.UnstashAll();
        _stash?.UnstashAll(UnstashFilterPredicate);
    }

    /// <summary>The user's stash: what comes out of it all at once comes before what the actor has stashed itself, which is taken out one by one.</summary>
    private sealed class UserStash(IStash stash, IStash internalStash) : IStash
    {
        public int Count => stash.Count;

        public bool IsEmpty => stash.IsEmpty;

        public bool NonEmpty => stash.NonEmpty;

        public bool IsFull => stash.IsFull;

        public int Capacity => stash.Capacity;

        public void Stash() => stash.Stash();

        public void Unstash() => stash.Unstash();

        public void UnstashAll() => internalStash.Prepend(stash.ClearStash());

        public void UnstashAll(Func<Envelope, bool> predicate) => stash.UnstashAll(predicate);

        public IEnumerable<Envelope> ClearStash() => stash.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => stash.Prepend(envelopes);
    }
}
