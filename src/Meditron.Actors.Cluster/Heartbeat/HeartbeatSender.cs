using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster;

/// <summary>Sends heartbeats to the next members on the ring and gives their answers to the failure detector.</summary>
internal sealed class HeartbeatSender : UntypedActor, IWithTimers
{
    private readonly Cluster _cluster;
    private readonly Dictionary<UniqueAddress, IActorRef> _receivers = [];
    private readonly SortedSet<UniqueAddress> _lost = [];
    private HeartbeatSenderState _state;
    private long _sequenceNr;

    public HeartbeatSender(Cluster cluster)
    {
        _cluster = cluster;
        _state = HeartbeatSenderState.Create(cluster.SelfUniqueAddress, cluster.Settings.MonitoredByNrOfMembers);
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    /// <summary>The time in which a first answer was expected is over.</summary>
    private sealed record FirstResponseExpected(UniqueAddress From);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var interval = _cluster.Settings.HeartbeatInterval;
        var initial = _cluster.Settings.PeriodicTasksInitialDelay;
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, initial > interval ? initial : interval, interval);
        _cluster.Subscribe(
            Self, ClusterEvent.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
    }

    protected override void PostStop()
    {
        foreach (var node in _state.Receivers)
        {
            _cluster.FailureDetector.Remove(node.Address);
        }

        _cluster.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                SendAll();
                break;
            case HeartbeatResponse m:
                Answered(m);
                break;
            case FirstResponseExpected m:
                if (_state.Receivers.Contains(m.From) && !_cluster.FailureDetector.IsMonitoring(m.From.Address))
                {
                    // From now on its silence counts.
                    _cluster.FailureDetector.Heartbeat(m.From.Address);
                }

                break;
            case WatchForReturn m:
                _lost.Add(m.Node);
                break;
            case ClusterEvent.CurrentClusterState m:
                _state = _state.Init(
                    m.Members.Select(n => n.UniqueAddress), m.Unreachable.Select(n => n.UniqueAddress).ToImmutableSortedSet());
                break;
            case ClusterEvent.MemberRemoved m:
                Removed(m.Member);
                break;
            case ClusterEvent.IMemberEvent m when !m.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                Apply(_state.AddMember(m.Member.UniqueAddress, IsAvailable));
                break;
            case ClusterEvent.UnreachableMember m:
                Apply(_state.UnreachableMember(m.Member.UniqueAddress, IsAvailable));
                break;
            case ClusterEvent.ReachableMember m:
                Apply(_state.ReachableMember(m.Member.UniqueAddress, IsAvailable));
                break;
            default:
                break;
        }
    }

    private bool IsAvailable(UniqueAddress node) => !_lost.Contains(node) && _cluster.FailureDetector.IsAvailable(node.Address);

    private void SendAll()
    {
        _sequenceNr++;
        var now = _cluster.Runtime.UnixMilliseconds();
        foreach (var node in _state.Receivers)
        {
            if (!_cluster.FailureDetector.IsMonitoring(node.Address) && !Timers.IsTimerActive(node))
            {
                Timers.StartSingleTimer(node, new FirstResponseExpected(node), _cluster.Settings.HeartbeatExpectedResponseAfter);
            }

            if (_cluster.Settings.VerboseHeartbeatLogging)
            {
                _cluster.Log.Debug("Cluster Node [{0}] - Heartbeat to [{1}]", _cluster.SelfAddress, node.Address);
            }

            ReceiverOf(node).Tell(new Heartbeat(_cluster.SelfAddress, _sequenceNr, now), Self);
        }
    }

    private void Answered(HeartbeatResponse response)
    {
        var node = response.From;
        if (_cluster.Settings.VerboseHeartbeatLogging)
        {
            _cluster.Log.Debug("Cluster Node [{0}] - Heartbeat response from [{1}]", _cluster.SelfAddress, node.Address);
        }

        if (!_state.Receivers.Contains(node))
        {
            return;
        }

        _cluster.FailureDetector.Heartbeat(node.Address);
        if (_lost.Remove(node))
        {
            Context.Parent.Tell(new HeardFromAgain(node));
        }

        Apply(_state.Response(node));
    }

    private void Removed(Member member)
    {
        if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            Context.Stop(Self);
            return;
        }

        Apply(_state.RemoveMember(member.UniqueAddress, IsAvailable));
        _receivers.Remove(member.UniqueAddress);
        _lost.Remove(member.UniqueAddress);
        Timers.Cancel(member.UniqueAddress);
    }

    private void Apply(HeartbeatSenderState.Change change)
    {
        _state = change.State;
        foreach (var node in change.Forget)
        {
            _cluster.FailureDetector.Remove(node.Address);
        }
    }

    private IActorRef ReceiverOf(UniqueAddress node)
    {
        if (!_receivers.TryGetValue(node, out var receiver))
        {
            _receivers[node] = receiver = _cluster.Remote(node.Address, "heartbeatReceiver");
        }

        return receiver;
    }
}
