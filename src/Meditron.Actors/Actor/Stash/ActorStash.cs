namespace Meditron.Actors.Actor;

/// <summary>The stash of one incarnation of an actor.</summary>
internal sealed class ActorStash(ActorCell cell, bool isUnbounded) : IStash
{
    private readonly int _capacity = isUnbounded ? Deploy.NoStashSize
        : cell.Props.Deploy.StashCapacity >= 0 ? cell.Props.Deploy.StashCapacity
        : cell.SystemImpl.Mailboxes.StashCapacity(cell.Props.Dispatcher, cell.Props.Mailbox);

    private LinkedList<Envelope> _stashed = new();
    private int? _turn;

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => _capacity >= 0 && _stashed.Count >= _capacity;

    public int Capacity => _capacity;

    public void Stash()
    {
        var message = cell.CurrentMessage ?? throw new IllegalActorStateException($"{cell.Self} cannot stash: no message is being processed.");
        if (_turn == cell.CurrentTurn)
        {
            throw new IllegalActorStateException($"{cell.Self} cannot stash the message {message} twice: it is stashed already.");
        }

        if (IsFull)
        {
            throw new StashOverflowException($"The stash of {cell.Self} is full: it holds {_capacity} messages, and {message} does not fit. Set stash-capacity, or Props.WithStashCapacity, higher.");
        }

        _turn = cell.CurrentTurn;
        _stashed.AddLast(new Envelope(message, cell.Sender));
    }

    public void Unstash()
    {
        if (_stashed.First is { } first)
        {
            _stashed.RemoveFirst();
            PutBack([first.Value]);
        }
    }

    public void UnstashAll()
    {
        if (_stashed.Count > 0)
        {
            PutBack(ClearStash());
        }
    }

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        if (_stashed.Count > 0)
        {
            PutBack(ClearStash().Where(predicate).ToArray());
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var stashed = _stashed;
        _stashed = new LinkedList<Envelope>();
        return stashed;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
        {
            _stashed.AddFirst(envelope);
        }
    }

    private void PutBack(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes)
        {
            if (envelope.Message is Terminated terminated)
            {
                cell.TerminatedQueuedFor(terminated.ActorRef);
            }
        }

        cell.Mailbox.Prepend(envelopes);
    }
}
