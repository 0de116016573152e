using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>A persistent actor whose state is the list of its events, and that tells a probe all that happens.</summary>
internal sealed class Account : ReceivePersistentActor
{
    private readonly IActorRef _probe;
    private readonly Recovery _recovery;
    private List<string> _state = [];

    public Account(string persistenceId, IActorRef probe, Recovery? recovery = null)
    {
        PersistenceId = persistenceId;
        _probe = probe;
        _recovery = recovery ?? Recovery.Default;
        Recover<string>(Apply);
        Recover<SnapshotOffer>(offer =>
        {
            _state = [.. ((string)offer.Snapshot).Split(',', StringSplitOptions.RemoveEmptyEntries)];
            _probe.Tell($"offer {offer.Metadata.SequenceNr}");
        });
        Recover<RecoveryCompleted>(_ => _probe.Tell($"recovered [{State}] at {LastSequenceNr}"));
        Open();
        Command<SaveSnapshotSuccess>(success => _probe.Tell($"saved {success.Metadata.SequenceNr}"));
        Command<SaveSnapshotFailure>(failure => _probe.Tell(failure));
        Command<DeleteMessagesSuccess>(success => _probe.Tell($"deleted {success.ToSequenceNr}"));
        Command<DeleteMessagesFailure>(failure => _probe.Tell(failure));
        Command<DeleteSnapshotSuccess>(success => _probe.Tell($"deleted snapshot {success.Metadata.SequenceNr}"));
        Command<DeleteSnapshotsSuccess>(_ => _probe.Tell("deleted snapshots"));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    private string State => string.Join(',', _state);

    public static Props Props(string persistenceId, IActorRef probe, Recovery? recovery = null) => Actor.Props.Create(() => new Account(persistenceId, probe, recovery));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _probe.Tell($"failure {@event} {sequenceNr}: {cause.Message}");
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _probe.Tell($"rejected {@event} {sequenceNr}");
        base.OnPersistRejected(cause, @event, sequenceNr);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _probe.Tell($"recovery failure: {reason.Message}");
        base.OnRecoveryFailure(reason, message);
    }

    private void Open() => Command<string>(text =>
    {
        var words = text.Split(' ');
        var rest = words[1..];
        switch (words[0])
        {
            case "persist":
                foreach (var each in rest)
                {
                    Persist(each, Done);
                }

                break;
            case "all":
                PersistAll(rest, Done);
                break;
            case "async":
                foreach (var each in rest)
                {
                    PersistAsync(each, Done);
                }

                Sender.Tell($"sent {rest[0]}", Self);
                break;
            case "all-async":
                PersistAllAsync(rest, Done);
                break;
            case "defer":
                DeferAsync(rest[0], each => Sender.Tell($"deferred {each}", Self));
                break;
            case "nested":
                Persist(rest[0], outer =>
                {
                    Done(outer);
                    Persist(rest[1], Done);
                });
                break;
            case "fail":
                Persist(rest[0], Done);
                throw new InvalidOperationException("as told");
            case "fail-in-handler":
                Persist(rest[0], each => throw new InvalidOperationException("as told"));
                break;
            case "reject":
                Persist(new Unknown(), _ => { });
                break;
            case "snapshot":
                SaveSnapshot(State);
                break;
            case "delete":
                DeleteMessages(long.Parse(rest[0]));
                break;
            case "delete-snapshot":
                DeleteSnapshot(long.Parse(rest[0]));
                break;
            case "delete-snapshots":
                DeleteSnapshots(SnapshotSelectionCriteria.Latest);
                break;
            case "close":
                Become(Closed);
                break;
            default:
                Sender.Tell($"{text}: [{State}] at {LastSequenceNr}", Self);
                break;
        }
    });

    private void Closed() => Command<string>(text =>
    {
        if (text == "open")
        {
            Become(Open);
            Stash.UnstashAll();
        }
        else
        {
            Stash.Stash();
        }
    });

    private void Apply(string each) => _state.Add(each);

    private void Done(string each)
    {
        Apply(each);
        Sender.Tell($"done {each}", Self);
    }

    private sealed class Unknown
    {
        public override string ToString() => nameof(Unknown);
    }
}
