using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>What the search for a cluster has found so far, for the error when it is given up.</summary>
internal sealed record SearchFinding(string Text) : INoSerializationVerificationNeeded;

/// <summary>A member refuses this node, because its settings do not agree.</summary>
internal sealed record SearchRefused(Address By, ImmutableList<ConfigurationDifference> Differences) : INoSerializationVerificationNeeded;

/// <summary>Asks the other seed nodes whether one of them is a member; the first seed node forms a cluster when none is.</summary>
internal sealed class SeedNodeSearch : UntypedActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly IActorRef _daemon;
    private readonly ImmutableList<Address> _seeds;
    private readonly bool _first;
    private readonly JoinConfiguration _configuration;
    private readonly SortedSet<Address> _notMembers = new(Member.AddressOrdering);
    private readonly SortedDictionary<Address, string> _failures = new(Member.AddressOrdering);
    private int _attempts;
    private bool _done;

    public SeedNodeSearch(Cluster cluster, IActorRef daemon, ImmutableList<Address> seeds, bool first, JoinConfiguration configuration)
    {
        _cluster = cluster;
        _daemon = daemon;
        _seeds = seeds;
        _first = first;
        _configuration = configuration;
    }

    private enum Tick
    {
        Ask,
        Timeout,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        Ask();
        var timeout = _cluster.Settings.SeedNodeTimeout;
        var again = timeout / 5 < TimeSpan.FromSeconds(1) ? timeout / 5 : TimeSpan.FromSeconds(1);
        Timers.StartPeriodicTimer(Tick.Ask, Tick.Ask, again, again);
        Timers.StartPeriodicTimer(Tick.Timeout, Tick.Timeout, timeout, timeout);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (_done)
        {
            return;
        }

        switch (message)
        {
            case InitJoinAck m:
                Found(m);
                break;
            case InitJoinNack m:
                NotAMember(m.Address);
                break;
            case SeedIsSearching m:
                NotAMember(m.Address);
                break;
            case AssociationErrorEvent m:
                Failed(m.RemoteAddress, m.Cause.Message);
                break;
            case Tick.Ask:
                Ask();
                break;
            case Tick.Timeout:
                TimedOut();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask()
    {
        foreach (var seed in _seeds)
        {
            _cluster.Remote(seed, "core", "daemon").Tell(new InitJoin(_configuration), Self);
        }
    }

    private void Found(InitJoinAck ack)
    {
        if (ack.Differences.IsEmpty)
        {
            Finish(ack.Address);
        }
        else if (_cluster.Settings.EnforceCompatibleConfiguration)
        {
            _done = true;
            _daemon.Tell(new SearchRefused(ack.Address, ack.Differences));
        }
        else
        {
            _cluster.LogWarning(
                "Joining through [{0}], although its settings differ (akka.cluster.configuration-compatibility-check.enforce-on-join is off): {1}",
                ack.Address,
                string.Join("; ", ack.Differences));
            Finish(ack.Address);
        }
    }

    private void NotAMember(Address seed)
    {
        if (_seeds.Contains(seed))
        {
            _notMembers.Add(seed);
            _failures.Remove(seed);
        }

        if (_first && _notMembers.Count == _seeds.Count)
        {
            // All of them live and none is a member: there is no cluster that this one could split from.
            Finish(_cluster.SelfAddress);
        }
    }

    // Refused connections and wrong secrets: when the search is given up, the error says so.
    private void Failed(Address seed, string why)
    {
        if (_seeds.Contains(seed))
        {
            _failures[seed] = why;
            _daemon.Tell(new SearchFinding(Finding()));
        }
    }

    private void TimedOut()
    {
        if (_first)
        {
            _cluster.LogInfo(
                "No other seed node has answered that it is a member after seed-node-timeout [{0}]: forming a new cluster",
                _cluster.Settings.SeedNodeTimeout);
            Finish(_cluster.SelfAddress);
            return;
        }

        _attempts++;
        var finding = Finding();
        _daemon.Tell(new SearchFinding(finding));
        _cluster.LogWarning("Couldn't join seed nodes after [{0}] attempts, will try again: {1}", _attempts, finding);
        _notMembers.Clear();
    }

    private string Finding()
    {
        var silent = string.Join(", ", _seeds.Where(s => !_notMembers.Contains(s)));
        var why = _failures.Count == 0 ? "" : $" ({string.Join(" ", _failures.Values)})";
        return (silent.Length, _notMembers.Count) switch
        {
            (0, _) => $"no seed node is a member of a cluster (first seed node not started, or not first in its own list): [{string.Join(", ", _notMembers)}]",
            (_, 0) => $"no answer from [{silent}]{why}",
            _ => $"no answer from [{silent}]{why}; [{string.Join(", ", _notMembers)}] answered, but are in no cluster themselves",
        };
    }

    private void Finish(Address address)
    {
        _done = true;
        Timers.CancelAll();
        _daemon.Tell(new JoinTo(address));
    }
}
