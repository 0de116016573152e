using Meditron.Actors.Event;
using Meditron.Actors.Pattern;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>
/// Finds events of two writers that wrote at the same time among replayed ones: it looks at a window of them, because what an older writer
/// wrote is only known as such when an event of a newer one comes.
/// </summary>
internal sealed class ReplayWindow(ReplayFilterSettings settings, ILoggingAdapter log, Action<ReplayedMessage> emit)
{
    private readonly Queue<string> _oldWriters = new();
    private Queue<ReplayedMessage> _window = new();
    private string _writer = string.Empty;
    private long _sequenceNr = -1;

    /// <summary>Takes an event in; events that have been in the window long enough come out.</summary>
    /// <exception cref="IllegalStateException">The event does not fit, and the mode is <see cref="ReplayFilterMode.Fail"/>.</exception>
    public void Offer(ReplayedMessage message)
    {
        if (settings.Debug)
        {
            log.Debug("Replay: {0}", message.Persistent);
        }

        if (_window.Count == settings.WindowSize)
        {
            emit(_window.Dequeue());
        }

        var persistent = message.Persistent;
        if (persistent.WriterGuid == _writer)
        {
            FromSameWriter(message);
        }
        else if (_oldWriters.Contains(persistent.WriterGuid))
        {
            if (Keeps($"{Name(persistent)} was written by an older writer than {Last(persistent)}. The older one went on after the newer one had started, or two actors share the persistence id."))
            {
                _window.Enqueue(message);
            }
        }
        else
        {
            FromNewWriter(message);
        }
    }

    /// <summary>Lets all events out that are still in the window.</summary>
    public void End()
    {
        while (_window.TryDequeue(out var message))
        {
            emit(message);
        }
    }

    private static string Name(IPersistentRepresentation persistent) =>
        $"The replayed event [persistenceId={persistent.PersistenceId}, sequenceNr={persistent.SequenceNr}, writerUUID={persistent.WriterGuid}]";

    private string Last(IPersistentRepresentation persistent) => $"the one before it, [sequenceNr={_sequenceNr}, writerUUID={_writer}] of {persistent.PersistenceId}";

    private void FromSameWriter(ReplayedMessage message)
    {
        // Several events of the same number may come from one that an adapter took apart.
        if (message.Persistent.SequenceNr >= _sequenceNr)
        {
            _sequenceNr = message.Persistent.SequenceNr;
            _window.Enqueue(message);
        }
        else if (Keeps($"{Name(message.Persistent)} has a lower number than {Last(message.Persistent)}. Events were written out of order, or two actors share the persistence id."))
        {
            _window.Enqueue(message);
        }
    }

    private void FromNewWriter(ReplayedMessage message)
    {
        var persistent = message.Persistent;
        if (_writer.Length > 0)
        {
            _oldWriters.Enqueue(_writer);
            if (_oldWriters.Count > settings.MaxOldWriters)
            {
                _oldWriters.Dequeue();
            }
        }

        _writer = persistent.WriterGuid;
        _sequenceNr = persistent.SequenceNr;
        var kept = new Queue<ReplayedMessage>();
        foreach (var before in _window)
        {
            if (before.Persistent.SequenceNr < _sequenceNr
                || Keeps($"{Name(before.Persistent)} of an older writer has a number that is not below that of {Name(persistent)}. Both wrote at the same time, or two actors share the persistence id."))
            {
                kept.Enqueue(before);
            }
        }

        kept.Enqueue(message);
        _window = kept;
    }

    private bool Keeps(string issue)
    {
        switch (settings.Mode)
        {
            case ReplayFilterMode.Fail:
                log.Error("{0}", issue);
                throw new IllegalStateException(issue);
            case ReplayFilterMode.Warn:
                log.Warning("{0} It is replayed.", issue);
                return true;
            default:
                log.Warning("{0} It is left out.", issue);
                return false;
        }
    }
}
