using System.Collections.Immutable;
using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>Follows the membership, and once it has been stable for long enough carries out what the strategy decides about unreachable members.</summary>
/// <remarks>
/// There are no periodic ticks: a timer runs while something is unreachable, and every change of the membership is looked at when it comes. Only
/// the node that leads its side acts, except when the membership does not come to rest: then every node downs all, as it cannot be known who leads; and except when a
/// member will not talk with this node any more: then it downs itself.
/// </remarks>
internal sealed partial class ResolverActor : UntypedActor, IWithTimers
{
    // How often a decision waits for stable-after once more because of members of which nobody knows whether they are on this side.
    private const int MostPostponed = 2;

    private readonly IDowner _downer;
    private readonly ResolverOptions _options;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SplitView _view;

    // Who has seen any gossip since something last changed that a decision rests on. Each gossip is new for a moment, when hardly anybody has seen it yet.
    private ImmutableSortedSet<UniqueAddress> _heard = [];
    private bool _stable;
    private int _postponed;
    private TimeSpan _stableAt;
    private int _changes;
    private TimeSpan _firstChange;
    private string? _lastReport;
    private string? _lastConcern;

    public ResolverActor(IDowner downer, ResolverOptions options)
    {
        _downer = downer;
        _options = options;
        _view = SplitView.Nothing(downer.Self);
    }

    private enum Signal
    {
        Stable,
        Unstable,
        AcquireLease,
        AcquireTimedOut,
        ReleaseLease,
        RegainLease,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IDowner downer, ResolverOptions options) =>
        Actor.Props.Create(() => new ResolverActor(downer, options)).WithDeploy(Deploy.Local);

    protected override void PreStart()
    {
        _downer.Follow(Self);
        _downer.FollowQuarantines(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MembershipChanged m:
                MoveTo(SplitView.Of(m.State));
                break;
            case ThisActorSystemQuarantinedEvent m:
                DownSelfQuarantinedBy(m.RemoteAddress);
                break;
            case Signal.Stable:
                StableLongEnough();
                break;
            case Signal.Unstable:
                DownAllAsUnstable();
                break;
            case Signal.AcquireLease:
                AcquireLease();
                break;
            case Signal.AcquireTimedOut:
                AcquireTimedOut();
                break;
            case Signal.ReleaseLease:
                ReleaseLease();
                break;
            case Signal.RegainLease:
                RegainLease();
                break;
            case LeaseLost m:
                Lost(m);
                break;
            case LeaseRegained m:
                Regained(m);
                break;
            case LeaseAnswer m:
                Acquired(m);
                break;
            case LeaseReleased m:
                Released(m);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        if (_holdsLease)
        {
            _log.Info("The split-brain resolver stops while it holds the lease; nobody else gets it before its heartbeat-timeout");
        }
    }

    private void MoveTo(SplitView next)
    {
        var before = _view;
        _view = next;
        if (next.SelfStatus == MemberStatus.Removed)
        {
            if (before.SelfStatus != MemberStatus.Removed)
            {
                Context.Stop(Self);
            }

            return;
        }

        var unsettled = next.IsUnsettledSince(before);
        _heard = unsettled ? next.Seen : _heard.Union(next.Seen);
        NoteResponsibility(before.IsResponsible);
        NoteConcern();
        CountChanges(before);
        WatchRemovals();
        if (unsettled)
        {
            WaitForStability(before);
        }
        else if (_stable)
        {
            Decide();
        }
    }

    private void ExpectStability()
    {
        _stableAt = Context.System.Scheduler.MonotonicClock + _options.StableAfter;
        Timers.StartSingleTimer(Signal.Stable, Signal.Stable, _options.StableAfter);
    }

    private void StableLongEnough()
    {
        var late = Context.System.Scheduler.MonotonicClock - _stableAt;
        if (late > _options.StableAfter / 4)
        {
            // What is known here is from before, and the others have not waited: they may have decided already.
            _log.Warning("This process has not run for [{0}]; {1} waits for stable-after [{2}] once more before it decides", late, _options.Name, _options.StableAfter);
            ExpectStability();
            return;
        }

        // A newcomer is missed later than others: the failure detector has not heard it often enough to know. Both sides of a split would count it as theirs.
        var unheard = _view.Connected.Except(_heard);
        if (!_view.Unreachable.IsEmpty && !unheard.IsEmpty && _postponed < MostPostponed)
        {
            _postponed++;
            _log.Info(
                "[{0}] are not unreachable, and have not been heard since something changed; {1} waits for stable-after [{2}] once more before it decides",
                string.Join(", ", unheard.Select(n => n.Address)),
                _options.Name,
                _options.StableAfter);
            ExpectStability();
            return;
        }

        _stable = true;
        Decide();
    }

    private void WaitForStability(SplitView before)
    {
        _stable = false;
        _postponed = 0;
        if (_view.Unreachable.IsEmpty)
        {
            Timers.Cancel(Signal.Stable);
            ForgetAttemptIfHealed();
            if (_view.IsResponsible && !before.Unreachable.IsEmpty && !before.IsSettled)
            {
                _log.Info("All members are reachable again, or gone: there is nothing to decide");
            }

            _lastReport = null;
            return;
        }

        ExpectStability();
        if (_view.IsResponsible && !_view.IsSettled && !_view.HasSameUnreachableAs(before))
        {
            _log.Info(
                "[{0}] of [{1}] members are unreachable; {2} decides once nothing has changed for stable-after [{3}]",
                _view.Unreachable.Count,
                _view.Members.Count,
                _options.Name,
                _options.StableAfter);
        }
    }

    private void Decide()
    {
        if (!_view.IsResponsible || _view.Unreachable.IsEmpty || _attempt is not null)
        {
            return;
        }

        var view = (_view with { Seen = _heard }).WithoutCutOff();
        var decision = _options.Strategy.Decide(view);
        if (decision.NeedsLease)
        {
            DecideByLease(decision, view);
        }
        else
        {
            Act(DowningPlan.For(_options.Strategy, view, decision), view);
        }
    }

    private void Act(DowningPlan plan, SplitView view)
    {
        Report(plan, view);
        if (plan.Nodes.IsEmpty)
        {
            return;
        }

        _downer.Down(plan.Nodes);
        _stable = false;
        ExpectStability();
        ForgetChanges();
    }

    private void Report(DowningPlan plan, SplitView view)
    {
        var nodes = plan.Nodes.IsEmpty ? "nobody" : $"[{string.Join(", ", plan.Nodes.Select(n => n.Address))}]{(plan.Nodes.Contains(view.Self) ? " with this node" : "")}";
        var report = $"{plan.Decision.Kind}: {plan.Decision.Reason}; downing {nodes}";
        if (report == _lastReport)
        {
            return;
        }

        _lastReport = report;
        if (plan.Nodes.IsEmpty)
        {
            _log.Debug("{0} decides {1}", _options.Name, report);
        }
        else
        {
            _log.Warning(
                "{0} decides {1}. Unreachable are [{2}] of the members [{3}], as observed: [{4}]",
                _options.Name,
                report,
                string.Join(", ", view.Unreachable.Select(n => n.Address)),
                string.Join(", ", view.Members.Select(m => $"{m.Address} {m.Status}")),
                string.Join(", ", view.Records.Select(r => $"{r.Observer.Address} -> {r.Subject.Address} {r.Status}")));
        }
    }

    private void NoteResponsibility(bool before)
    {
        if (_view.IsResponsible != before)
        {
            _log.Info(
                before
                    ? "This node is no longer the one that decides about unreachable members"
                    : "This node is the one that decides about unreachable members, for those that it hears from");
        }
    }

    private void NoteConcern()
    {
        var concern = _options.Strategy.Concern(_view);
        if (concern is not null && concern != _lastConcern)
        {
            _log.Warning("{0}", concern);
        }

        _lastConcern = concern;
    }

    private void CountChanges(SplitView before)
    {
        if (_view.IsSettled)
        {
            ForgetChanges();
        }
        else if (!_view.HasSameUnreachableAs(before))
        {
            _changes++;
            if (_changes == 1)
            {
                _firstChange = Context.System.Scheduler.MonotonicClock;
                if (_options.DownAllWhenUnstable > TimeSpan.Zero)
                {
                    Timers.StartSingleTimer(Signal.Unstable, Signal.Unstable, _options.StableAfter + _options.DownAllWhenUnstable);
                }
            }
        }
    }

    private void ForgetChanges()
    {
        _changes = 0;
        Timers.Cancel(Signal.Unstable);
    }

    private void DownAllAsUnstable()
    {
        if (MemberStatuses.IsOnTheWayOut(_view.SelfStatus))
        {
            return;
        }

        if (_attempt is not null)
        {
            // The lease is being asked for: that answer decides, and comes within its own deadline.
            Timers.StartSingleTimer(Signal.Unstable, Signal.Unstable, _options.StableAfter);
            return;
        }

        var since = (Context.System.Scheduler.MonotonicClock - _firstChange).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        var decision = new Decision(
            DecisionKind.DownAll,
            $"the membership has not come to rest: its reachability has changed {_changes} times in {since} ms, longer than stable-after and down-all-when-unstable together");
        Act(DowningPlan.For(_options.Strategy, _view, decision), _view);
    }

    // Whoever quarantined this node has removed it from the membership, or soon will: there is no way back but a restart. One that this side has declared dead has no say.
    private void DownSelfQuarantinedBy(Address remote)
    {
        var downable = _view.Downable;
        if (!downable.Contains(_view.Self) || !downable.Any(n => n.Address.Equals(remote)))
        {
            return;
        }

        var decision = new Decision(DecisionKind.DownSelf, $"the member {remote} has quarantined this node, which can talk with it again only once it is restarted");
        Act(DowningPlan.For(_options.Strategy, _view, decision), _view);
    }
}
