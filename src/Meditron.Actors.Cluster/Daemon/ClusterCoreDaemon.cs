using Meditron.Actors.Actor;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>Owns this node's copy of the gossip (/system/cluster/core/daemon) and is the only one that changes it.</summary>
/// <remarks>
/// Every message is handled in two steps: the handler changes the state, then <see cref="FollowUp"/> does what the new state calls for: the
/// leader acts as soon as the gossip has converged, and changes are told at once to the members that do not have them. The periodic ticks
/// are there for what gets lost.
/// </remarks>
internal sealed partial class ClusterCoreDaemon : UntypedActor, IWithTimers
{
    // A change is told to this many members at once; in a larger cluster the periodic gossip does the rest.
    private const int SpreadLimit = 8;
    private static readonly TimeSpan TombstoneLifetime = TimeSpan.FromHours(24);

    private readonly Cluster _cluster;
    private readonly IActorRef _publisher;
    private readonly ShutdownSignals _signals;
    private readonly Random _random;
    private readonly JoinConfiguration _configuration;
    private readonly GossipTargetSelector _targets;
    private readonly RequiredMembers _required;
    private readonly GossipRelations _relations;
    private readonly Dictionary<Address, IActorRef> _cores = [];

    private MembershipState _state;
    private IActorRef _heartbeatSender = ActorRefs.Nobody;
    private bool _initialized;
    private bool _stopping;
    private bool _spread;

    public ClusterCoreDaemon(Cluster cluster, IActorRef publisher, ShutdownSignals signals)
    {
        _cluster = cluster;
        _publisher = publisher;
        _signals = signals;
        _random = cluster.Runtime.NewRandom($"cluster/{cluster.SelfUniqueAddress.Address}");
        _configuration = JoinConfiguration.Of(cluster.System.Settings.Config);
        _targets = new GossipTargetSelector(
            cluster.Settings.GossipDifferentViewProbability, cluster.Settings.ReduceGossipDifferentViewProbability);
        _required = RequiredMembers.From(cluster.Settings);
        _relations = cluster.Runtime.Share(static () => new GossipRelations());
        _state = new MembershipState(Gossip.Empty, cluster.SelfUniqueAddress);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private ClusterSettings Settings => _cluster.Settings;

    private UniqueAddress SelfNode => _state.Self;

    private MemberStatus SelfStatus => _state.SelfMember.Status;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(PeerConnectionLost));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // Never restarted: see the supervisor.
    }

    protected override void OnReceive(object message)
    {
        if (_stopping)
        {
            return;
        }

        if (!HandleAnytime(message))
        {
            var handled = _initialized ? HandleAsMember(message) : HandleWhileJoining(message);
            if (!handled)
            {
                Unhandled(message);
            }
        }

        if (_initialized && !_stopping)
        {
            FollowUp();
        }
    }

    private bool HandleAnytime(object message)
    {
        switch (message)
        {
            case ExitingCompleted:
                CompleteExiting();
                return true;
            case StartDowning:
                if (_cluster.DowningProvider.DowningActorProps is { } downing)
                {
                    Context.ActorOf(_cluster.WithDispatcher(downing), "downingProvider");
                }

                return true;
            case InitJoinAck or InitJoinNack:
                // Answers to a search that is over.
                return true;
            default:
                return false;
        }
    }

    private bool HandleAsMember(object message)
    {
        switch (message)
        {
            case GossipEnvelope m:
                ReceiveGossip(m);
                return true;
            case GossipStatus m:
                ReceiveStatus(m);
                return true;
            case CoreTick tick:
                OnTick(tick);
                return true;
            case InitJoin m:
                Answer(m, Sender);
                return true;
            case Join m:
                Admit(m, Sender);
                return true;
            case JoinTo m:
                _cluster.LogInfo("Trying to join [{0}] when already part of a cluster, ignoring", m.Address);
                return true;
            case JoinSeedNodes m:
                _cluster.LogInfo("Trying to join seed nodes [{0}] when already part of a cluster, ignoring", string.Join(", ", m.SeedNodes));
                return true;
            case LeaveMember m:
                Leave(m.Address);
                return true;
            case DownMember m:
                Down(m.Address);
                return true;
            case DownedTasksEnded:
                _downedTasksEnded = true;
                return true;
            case DownMembers m:
                Down(m.Nodes);
                return true;
            case ExitingConfirmed m:
                _cluster.LogInfo("Exiting confirmed [{0}]", m.Node.Address);
                _exitingConfirmed = _exitingConfirmed.Add(m.Node);
                return true;
            case QuarantinedEvent m:
                Quarantined(new UniqueAddress(m.Address, m.Uid));
                return true;
            case PeerConnectionLost m:
                ConnectionLost(m);
                return true;
            case HeardFromAgain m:
                HeardAgain(m.Node);
                return true;
            case Welcome or JoinRefused or ThisActorSystemQuarantinedEvent:
                // An answer to a join that was asked for twice; and what the downing provider decides about.
                return true;
            default:
                return false;
        }
    }

    private void OnTick(CoreTick tick)
    {
        switch (tick)
        {
            case CoreTick.Gossip:
                GossipPeriodically();
                break;
            case CoreTick.LeaderActions:
                LeadPeriodically();
                break;
            case CoreTick.ReapUnreachable:
                Reap();
                break;
            case CoreTick.GossipOwed:
                GossipOwed();
                break;
            case CoreTick.DownedLongEnough:
                _downedTasksEnded = true;
                break;
            default:
                // The timers of joining may fire once more.
                break;
        }
    }

    /// <summary>Takes a gossip that came from elsewhere, or was changed here already.</summary>
    private void Adopt(Gossip gossip)
    {
        if (ReferenceEquals(gossip, _state.Gossip))
        {
            return;
        }

        if (_cluster.Runtime.IsPlanted(PlantedBug.TombstonesForgotten))
        {
            gossip = gossip.ForgetTombstones(long.MaxValue);
        }

        _state = _state.With(gossip);
        _publisher.Tell(new PublishState(_state));
    }

    /// <summary>Makes a change of this node's own: a new version, which the others are told.</summary>
    private void Change(Gossip gossip)
    {
        Adopt(gossip.ChangedBy(SelfNode).ForgetTombstones(_cluster.Runtime.UnixMilliseconds() - (long)TombstoneLifetime.TotalMilliseconds));
        _spread = true;
    }

    private void FollowUp()
    {
        LeadIfConverged();
        AdmitThoseWhoWaited();
        NoticeOwnStatus();
        ShutDownSelfWhenDown();
        if (_stopping)
        {
            return;
        }

        if (_spread)
        {
            _spread = false;
            foreach (var node in _targets.SelectBehind(_state, SpreadLimit, _random))
            {
                GossipSoon(node);
            }
        }

        TellLeaderOfConvergence();
    }

    private void BecomeMember()
    {
        _initialized = true;
        Timers.CancelAll();
        StopSearch();
        var cluster = _cluster;
        _heartbeatSender = Context.ActorOf(
            cluster.WithDispatcher(Props.Create(() => new HeartbeatSender(cluster))), "heartbeatSender");
        StartTick(CoreTick.Gossip, Settings.GossipInterval);
        StartTick(CoreTick.LeaderActions, Settings.LeaderActionsInterval);
        StartTick(CoreTick.ReapUnreachable, Settings.UnreachableNodesReaperInterval);
    }

    private void StartTick(CoreTick tick, TimeSpan interval)
    {
        var initial = Settings.PeriodicTasksInitialDelay > interval ? Settings.PeriodicTasksInitialDelay : interval;
        Timers.StartPeriodicTimer(tick, tick, initial, interval);
    }

    private void Shutdown()
    {
        _stopping = true;
        Timers.CancelAll();
        _cluster.Shutdown();
    }

    private IActorRef CoreOf(Address node)
    {
        if (!_cores.TryGetValue(node, out var core))
        {
            _cores[node] = core = _cluster.Remote(node, "core", "daemon");
        }

        return core;
    }

    private static string Addresses(IEnumerable<Address> addresses) => string.Join(", ", addresses);
}
