using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Asks for, gives and takes back the permit to recover.</summary>
internal sealed class PersistencePermit : INoSerializationVerificationNeeded
{
    public static readonly PersistencePermit Request = new("request");
    public static readonly PersistencePermit Granted = new("granted");
    public static readonly PersistencePermit Return = new("return");

    private readonly string _name;

    private PersistencePermit(string name) => _name = name;

    public override string ToString() => $"PersistencePermit({_name})";
}

/// <summary>Lets a limited number of actors recover at once, so that the journal is not overwhelmed when many start.</summary>
internal sealed class RecoveryPermits : UntypedActor
{
    private readonly int _maxPermits;
    private readonly Queue<IActorRef> _waiting = new();
    private readonly Dictionary<IActorRef, Account> _accounts = [];
    private int _used;

    public RecoveryPermits(int maxPermits) => _maxPermits = maxPermits;

    public static Props Props(int maxPermits) => Actor.Props.Create(() => new RecoveryPermits(maxPermits));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PersistencePermit permit when permit == PersistencePermit.Request:
                AccountOf(Sender).Waiting++;
                _waiting.Enqueue(Sender);
                break;
            case PersistencePermit permit when permit == PersistencePermit.Return:
                TakeBack(Sender);
                break;
            case Terminated terminated:
                if (_accounts.Remove(terminated.ActorRef, out var account))
                {
                    _used -= account.Granted;
                }

                break;
            default:
                Unhandled(message);
                return;
        }

        Grant();
    }

    private void Grant()
    {
        while (_used < _maxPermits && _waiting.TryDequeue(out var next))
        {
            // One that has stopped meanwhile has no account any more.
            if (_accounts.TryGetValue(next, out var account) && account.Waiting > 0)
            {
                account.Waiting--;
                account.Granted++;
                _used++;
                next.Tell(PersistencePermit.Granted, Self);
            }
        }
    }

    private void TakeBack(IActorRef actor)
    {
        if (!_accounts.TryGetValue(actor, out var account) || account.Granted == 0)
        {
            return;
        }

        account.Granted--;
        _used--;
        if (account is { Granted: 0, Waiting: 0 })
        {
            _accounts.Remove(actor);
            Context.Unwatch(actor);
        }
    }

    private Account AccountOf(IActorRef actor)
    {
        if (!_accounts.TryGetValue(actor, out var account))
        {
            _accounts[actor] = account = new Account();
            Context.Watch(actor);
        }

        return account;
    }

    /// <summary>What one actor waits for and holds: more than one only around a restart.</summary>
    private sealed class Account
    {
        public int Waiting { get; set; }

        public int Granted { get; set; }
    }
}
