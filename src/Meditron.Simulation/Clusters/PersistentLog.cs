using System.Globalization;

namespace Meditron.Simulation.Clusters;

/// <summary>A persistent actor that keeps texts, each once, and says so when they are stored; tells the check what it acknowledges and what it recovers.</summary>
/// <remarks>Commands are <c>add TEXT</c>, answered by <c>stored TEXT</c>, and <c>all TEXT TEXT ...</c>, of which all or none are stored, answered by the same for the first.</remarks>
internal sealed class PersistentLog : ReceivePersistentActor
{
    private const int SnapshotEvery = 12;

    private readonly List<JournalCheck.Entry> _entries = [];
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly TimeSpan _startedAt;
    private readonly NodeProcess _process;
    private readonly JournalCheck _check;

    public PersistentLog(string persistenceId, string journal, string snapshots, NodeProcess process, JournalCheck check)
    {
        PersistenceId = persistenceId;
        JournalPluginId = journal;
        SnapshotPluginId = snapshots;
        _process = process;
        _check = check;
        _startedAt = process.World.Now;

        Recover<SnapshotOffer>(Restore);
        Recover<string>(text => Add(text, LastSequenceNr));
        Recover<RecoveryCompleted>(_ => check.Recovered(process.Name, PersistenceId, _startedAt, _entries));
        Command<string>(Handle);
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(_ => { });
    }

    public override string PersistenceId { get; }

    private void Handle(string command)
    {
        var words = command.Split(' ');
        var (sender, first) = (Sender, words[1]);
        var texts = words[1..].Where(text => !_texts.Contains(text)).ToArray();
        if (texts.Length == 0)
        {
            sender.Tell($"stored {first}");
            return;
        }

        var left = texts.Length;
        PersistAll(texts, text =>
        {
            Add(text, LastSequenceNr);
            _check.Acknowledge(_process.Name, PersistenceId, _entries[^1]);
            if (_entries.Count % SnapshotEvery == 0)
            {
                SaveSnapshot(string.Join(' ', _entries.Select(static entry => entry.Text)));
            }

            if (--left == 0)
            {
                sender.Tell($"stored {first}");
            }
        });
    }

    private void Restore(SnapshotOffer offer)
    {
        foreach (var text in ((string)offer.Snapshot).Split(' '))
        {
            Add(text, _entries.Count + 1);
        }

        if (_entries.Count != offer.Metadata.SequenceNr)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the snapshot of event {offer.Metadata.SequenceNr} holds {_entries.Count} events"));
        }
    }

    private void Add(string text, long number)
    {
        _texts.Add(text);
        _entries.Add(new JournalCheck.Entry(number, text));
    }
}
