using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;

namespace Meditron.Actors.Cluster;

/// <summary>Downs each member that has been unreachable for a time, where this node is the leader.</summary>
internal sealed class AutoDowner : UntypedActor, IWithTimers
{
    private readonly IDowner _downer;
    private readonly TimeSpan _after;
    private ImmutableSortedSet<UniqueAddress> _overdue = ImmutableSortedSet<UniqueAddress>.Empty;
    private SplitView _view;

    public AutoDowner(IDowner downer, TimeSpan after)
    {
        _downer = downer;
        _after = after;
        _view = SplitView.Nothing(downer.Self);
    }

    private sealed record Overdue(UniqueAddress Node);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _downer.Follow(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MembershipChanged m:
                MoveTo(SplitView.Of(m.State));
                break;
            case Overdue m:
                _overdue = _overdue.Add(m.Node);
                break;
            default:
                Unhandled(message);
                return;
        }

        var nodes = _overdue.Intersect(_view.Downable);
        if (_view.IsResponsible && !nodes.IsEmpty)
        {
            _downer.Down(nodes);
        }
    }

    private void MoveTo(SplitView next)
    {
        foreach (var node in next.Unreachable.Except(_view.Unreachable))
        {
            Timers.StartSingleTimer(node, new Overdue(node), _after);
        }

        foreach (var node in _view.Unreachable.Except(next.Unreachable))
        {
            Timers.Cancel(node);
        }

        _overdue = _overdue.Intersect(next.Unreachable);
        _view = next;
    }
}
