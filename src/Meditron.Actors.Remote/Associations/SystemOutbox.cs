namespace Meditron.Actors.Remote.Associations;

/// <summary>Numbers the system messages to one incarnation and keeps each until it is acknowledged.</summary>
internal sealed class SystemOutbox
{
    private readonly LinkedList<(ulong Sequence, byte[] Body)> _unacknowledged = new();
    private ulong _last;

    /// <summary>How many messages wait for their acknowledgement.</summary>
    public int Count => _unacknowledged.Count;

    /// <summary>The messages that wait, oldest first.</summary>
    public IEnumerable<(ulong Sequence, byte[] Body)> Unacknowledged => _unacknowledged;

    /// <summary>Takes a message; gives its number.</summary>
    public ulong Add(byte[] body)
    {
        _unacknowledged.AddLast((++_last, body));
        return _last;
    }

    /// <summary>Forgets the messages up to a number; false for a number that was never given.</summary>
    public bool Acknowledge(ulong sequence)
    {
        if (sequence > _last)
        {
            return false;
        }

        while (_unacknowledged.First is { } first && first.Value.Sequence <= sequence)
        {
            _unacknowledged.RemoveFirst();
        }

        return true;
    }

    /// <summary>Forgets what waits, as one must not: what comes next takes the numbers of what was lost.</summary>
    public void Forget()
    {
        _last -= (ulong)_unacknowledged.Count;
        _unacknowledged.Clear();
    }

    /// <summary>Forgets everything and numbers from the start: the incarnation is another one.</summary>
    public int Reset()
    {
        var dropped = _unacknowledged.Count;
        _unacknowledged.Clear();
        _last = 0;
        return dropped;
    }
}
