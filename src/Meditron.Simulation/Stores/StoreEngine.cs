namespace Meditron.Simulation.Stores;

/// <summary>Events, snapshots and leases in the memory of a process, and in a log on its disk from which the next process reads them again.</summary>
internal sealed class StoreEngine
{
    private readonly NodeProcess _process;
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LeaseRow> _leases = new(StringComparer.Ordinal);
    private readonly RecordLog _log;

    /// <exception cref="IOException">The disk is not there.</exception>
    public StoreEngine(NodeProcess process, string file)
    {
        _process = process;
        _log = new RecordLog(process, file, record => Apply(StoreCodec.DecodeRequest(record)));
    }

    /// <summary>Handles a request; the reply comes once all it rests on is durable, or an exception if that cannot be.</summary>
    /// <exception cref="IOException">The disk is not there.</exception>
    public void Handle(StoreRequest request, Action<StoreReply?, Exception?> answer)
    {
        var reply = Refusal(request);
        if (reply is null)
        {
            if (request.IsWrite)
            {
                _log.Append(StoreCodec.Encode(request));
            }

            reply = Apply(request);
        }

        // A reader too must not see what a crash could take back.
        _log.WhenDurable(failure => answer(failure is null ? reply : null, failure));
    }

    private StoreReply? Refusal(StoreRequest request) => request switch
    {
        AppendEvents append when !_process.World.IsPlanted(PlantedBug.StaleWriterAccepted) => Conflict(append),
        TakeLease take when _leases.TryGetValue(take.Name, out var row) && row.Owner != take.Owner && _process.World.Ticks - row.HeardAt <= row.SilentTicks => new LeaseHeld(false),
        GiveLease give when !_leases.TryGetValue(give.Name, out var row) || row.Owner != give.Owner => new LeaseHeld(false),
        _ => null,
    };

    private StoreConflict? Conflict(AppendEvents append)
    {
        var highest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var stored in append.Events)
        {
            var known = highest.TryGetValue(stored.PersistenceId, out var own) ? own : Of(stored.PersistenceId).Highest;
            if (stored.SequenceNr <= known)
            {
                var stream = Of(stored.PersistenceId);
                return new StoreConflict(stored.PersistenceId, stream.Highest, stream.Events.Count == 0 ? "" : stream.Events[^1].Writer);
            }

            highest[stored.PersistenceId] = stored.SequenceNr;
        }

        return null;
    }

    private StoreReply Apply(StoreRequest request)
    {
        switch (request)
        {
            case AppendEvents r:
                foreach (var stored in r.Events)
                {
                    var stream = Of(stored.PersistenceId);
                    stream.Events.Add(stored);
                    stream.Highest = Math.Max(stream.Highest, stored.SequenceNr);
                }

                return StoreDone.Instance;
            case ReadHighest r:
                return new HighestRead(Of(r.PersistenceId).Highest);
            case ReadEvents r:
                return new EventsRead([.. Of(r.PersistenceId).Events.Where(stored => stored.SequenceNr >= r.From && stored.SequenceNr <= r.To).Take((int)Math.Min(r.Most, int.MaxValue))]);
            case DeleteEvents r:
                Of(r.PersistenceId).Events.RemoveAll(stored => stored.SequenceNr <= r.To);
                return StoreDone.Instance;
            case SaveSnapshotOf r:
                var snapshots = Of(r.Snapshot.PersistenceId).Snapshots;
                snapshots.RemoveAll(snapshot => snapshot.SequenceNr == r.Snapshot.SequenceNr);
                snapshots.Add(r.Snapshot);
                return StoreDone.Instance;
            case ReadSnapshot r:
                return new SnapshotRead(Of(r.PersistenceId).Snapshots.Where(r.Bounds.Holds).MaxBy(static snapshot => snapshot.SequenceNr));
            case DeleteSnapshotsOf r:
                Of(r.PersistenceId).Snapshots.RemoveAll(r.Bounds.Holds);
                return StoreDone.Instance;
            case TakeLease r:
                _leases[r.Name] = new LeaseRow(r.Owner, r.SilentTicks, _process.World.Ticks);
                return new LeaseHeld(true);
            case RenewLease r:
                if (!_leases.TryGetValue(r.Name, out var row) || row.Owner != r.Owner)
                {
                    return new LeaseHeld(false);
                }

                _leases[r.Name] = row with { HeardAt = _process.World.Ticks };
                return new LeaseHeld(true);
            case GiveLease r:
                _leases.Remove(r.Name);
                return new LeaseHeld(false);
            default:
                throw new ArgumentException($"A store knows no {request.GetType().Name}.", nameof(request));
        }
    }

    private Stream Of(string persistenceId)
    {
        if (!_streams.TryGetValue(persistenceId, out var stream))
        {
            _streams[persistenceId] = stream = new Stream();
        }

        return stream;
    }

    private sealed class Stream
    {
        public List<StoredEvent> Events { get; } = [];

        public List<StoredSnapshot> Snapshots { get; } = [];

        public long Highest { get; set; }
    }

    private sealed record LeaseRow(string Owner, long SilentTicks, long HeardAt);
}
