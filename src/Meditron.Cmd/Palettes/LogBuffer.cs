namespace Meditron.Cmd.Palettes;

/// <summary>Keeps the last entries of the log as text, and passes new ones on to those who follow it.</summary>
internal sealed class LogBuffer : ReceiveActor
{
    private readonly Queue<LogEntry> _entries = new();
    private readonly Dictionary<IActorRef, LogQuery> _followers = [];
    private readonly int _capacity;
    private readonly int _maxLength;

    public LogBuffer(int capacity, int maxLength)
    {
        _capacity = capacity;
        _maxLength = maxLength;
        Receive<LogEvent>(Keep);
        Receive<LogQuery>(query => Sender.Tell(new Found([.. _entries.Where(query.Matches)])));
        Receive<Follow>(follow =>
        {
            _followers[follow.Follower] = follow.Query;
            Context.Watch(follow.Follower);
        });
        Receive<Terminated>(ended => _followers.Remove(ended.ActorRef));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void Keep(LogEvent logged)
    {
        var entry = LogEntry.Of(logged, _maxLength);
        if (_entries.Count == _capacity)
        {
            _entries.Dequeue();
        }

        _entries.Enqueue(entry);
        foreach (var (follower, query) in _followers)
        {
            if (query.Matches(entry))
            {
                follower.Tell(entry);
            }
        }
    }

    /// <summary>The entries that a query matches, oldest first.</summary>
    internal sealed record Found(IReadOnlyList<LogEntry> Entries) : INoSerializationVerificationNeeded;

    /// <summary>From now on new entries that a query matches are told to an actor, until it ends.</summary>
    internal sealed record Follow(IActorRef Follower, LogQuery Query) : INoSerializationVerificationNeeded;
}
