using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Runs an actor on one node of the cluster, or of its members with a role: the oldest. Started on all of them, under the same name.</summary>
/// <remarks>
/// The singleton is this actor's child. When the oldest member leaves, it is handed over: the next one asks (HandOverToMe), the singleton gets the termination message,
/// and when it has stopped the next one is told (HandOverDone) and starts its own. When the oldest member crashes, the next one starts it once the member is removed and
/// the removal margin is over. What follows from what is known of the members is decided by <see cref="Succession"/>; this actor carries it out.
/// </remarks>
public sealed partial class ClusterSingletonManager : ReceiveActor, IWithTimers
{
    private const int MostAskers = 1000;

    private static readonly Config Reference = ConfigurationFactory.FromResource<ClusterSingletonManager>("reference.conf");

    private readonly Props _props;
    private readonly object _terminationMessage;
    private readonly ClusterSingletonManagerSettings _settings;
    private readonly Cluster _cluster;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TaskCompletionSource<Done> _handedOver;
    private readonly long _startedAt;
    private readonly TimeSpan _removalMargin;
    private readonly int _mostRetries;
    private readonly MemberPrecedence _precedence;
    private readonly SortedSet<UniqueAddress> _askers = [];
    private readonly List<IActorRef> _seekers = [];

    private ImmutableList<UniqueAddress> _others = [];
    private Succession _succession;
    private Standing _standing = new(StandingKind.Outside, "the members are not known yet");
    private ClusterSingletonState _state;
    private Tenure _tenure;
    private IActorRef? _singleton;
    private bool _departing;
    private bool _departed;
    private bool _gaveUp;

    /// <summary>Makes the manager; use <see cref="Props(Props, object, ClusterSingletonManagerSettings)"/> instead.</summary>
    /// <exception cref="ArgumentException">This node does not have the role.</exception>
    public ClusterSingletonManager(Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(singletonProps);
        ArgumentNullException.ThrowIfNull(terminationMessage);
        ArgumentNullException.ThrowIfNull(settings);
        _props = singletonProps;
        _terminationMessage = terminationMessage;
        _settings = settings;
        _cluster = Cluster.Get(Context.System);
        if (settings.Role is { Length: > 0 } role && !_cluster.SelfRoles.Contains(role))
        {
            throw new ArgumentException($"This cluster member [{_cluster.SelfAddress}] doesn't have the role [{role}]", nameof(settings));
        }

        _startedAt = _cluster.Runtime.Time.GetTimestamp();
        _handedOver = _cluster.Runtime.NewPromise<Done>();
        _removalMargin = settings.RemovalMargin > TimeSpan.Zero ? settings.RemovalMargin : _cluster.DowningProvider.DownRemovalMargin;
        _mostRetries = Math.Max(MinimumRetries(Context.System), (int)Math.Min(int.MaxValue - 3, _removalMargin / settings.HandOverRetryInterval) + 3);
        _precedence = new MemberPrecedence(settings.Role ?? "", settings.ConsiderAppVersion);
        _succession = new Succession(_cluster.SelfUniqueAddress, _precedence, _cluster.Runtime.IsPlanted(PlantedBug.RemovalMarginIgnored) ? TimeSpan.Zero : _removalMargin);

        // An earlier instance of this manager may have said already that this node will have no singleton any more.
        _departing = CoordinatedShutdown.Get(Context.System).ShutdownReason is not null;
        PrepareLease();

        Receive<ClusterEvent.CurrentClusterState>(_ => Observe());
        Receive<ClusterEvent.IMemberEvent>(_ => Observe());
        Receive<PeerConnectionLost>(Bury);
        Receive<IHandOverMessage>(Handle);
        Receive<LocateSingleton>(_ => Locate(Sender));
        Receive<ManagerTick>(Handle);
        Receive<Terminated>(SingletonStopped);
        Receive<NodeDeparts>(_ => Depart());
        Receive<LeaseAnswer>(Handle);
        Receive<LeaseReleased>(Handle);
        Receive<LeaseLost>(Handle);
    }

    /// <inheritdoc/>
    ITimerScheduler IWithTimers.Timers { get; set; } = null!;

    private ITimerScheduler Timers => ((IWithTimers)this).Timers;

    private UniqueAddress SelfNode => _cluster.SelfUniqueAddress;

    private TimeSpan Now => _cluster.Runtime.Time.GetElapsedTime(_startedAt);

    /// <summary>The manager of a singleton that is stopped by <see cref="PoisonPill"/>.</summary>
    public static Props Props(Props singletonProps, ClusterSingletonManagerSettings settings) => Props(singletonProps, PoisonPill.Instance, settings);

    /// <summary>The manager of a singleton.</summary>
    /// <param name="singletonProps">The actor of which there is one.</param>
    /// <param name="terminationMessage">Sent to it when it is handed over or its node leaves: it must stop itself, at once or when it is done.</param>
    /// <param name="settings">Its name, role and times.</param>
    public static Props Props(Props singletonProps, object terminationMessage, ClusterSingletonManagerSettings settings) =>
        Actor.Props.Create(() => new ClusterSingletonManager(singletonProps, terminationMessage, settings)).WithDeploy(Deploy.Local);

    /// <summary>The defaults under akka.cluster.singleton.</summary>
    public static Config DefaultConfig() => Reference;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        if (_cluster.IsTerminated)
        {
            throw new InvalidOperationException(
                $"The singleton manager {Self.Path.ToStringWithoutAddress()} cannot start: this node's part of the cluster has been shut down; start a new actor system.");
        }

        var shutdown = CoordinatedShutdown.Get(Context.System);
        var (self, handedOver, cluster) = (Self, _handedOver, _cluster);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExiting, $"hand-over-{Self.Path.Name}", () =>
        {
            if (cluster.IsTerminated || cluster.SelfMember.Status is MemberStatus.Down or MemberStatus.Removed)
            {
                return Task.FromResult(Done.Instance);
            }

            self.Tell(NodeDeparts.Instance);
            return handedOver.Task;
        });
        _cluster.WhenDowned.Add(() =>
        {
            self.Tell(NodeDeparts.Instance);
            return handedOver.Task;
        });
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
        if (_cluster.Settings.DownEndedProcesses)
        {
            Context.System.EventStream.Subscribe(Self, typeof(PeerConnectionLost));
        }
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // The next instance starts when the singleton has stopped, and holds the lease still: giving it up now would be too early.
        ForgetLease();
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
        _handedOver.TrySetResult(Done.Instance);
        AbandonLease();
        base.PostStop();
    }

    private static int MinimumRetries(ActorSystem system) =>
        new ClusterConfigReader(system.Settings.Config, "akka.cluster.singleton.").AtLeast("min-number-of-hand-over-retries", 1);

    private void Observe()
    {
        // The newest view rather than the event: what lies between is of no interest, and a view is whole.
        var gossip = _cluster.View.Gossip;
        _succession = _succession.Observe(gossip.Members, gossip.Tombstones.Keys, Now);
        if (gossip.HasMember(SelfNode))
        {
            _askers.RemoveWhere(n => !gossip.HasMember(n));
            _others = gossip.Members.Where(m => _precedence.Counts(m) && !m.UniqueAddress.Equals(SelfNode)).Select(m => m.UniqueAddress).ToImmutableList();
        }

        Follow();
    }

    private void Bury(PeerConnectionLost lost)
    {
        if (lost.Refused)
        {
            _succession = _succession.Bury(new UniqueAddress(lost.Address, lost.Uid));
            Observe();
        }
    }

    private void Depart()
    {
        _departing = true;
        Timers.StartSingleTimer(ManagerTick.GiveUp, ManagerTick.GiveUp, CoordinatedShutdown.Get(Context.System).Timeout(CoordinatedShutdown.PhaseClusterExiting) / 2);
        Follow();
    }

    /// <summary>Does what this node's place in the succession calls for.</summary>
    private void Follow()
    {
        _standing = _succession.Decide(_departing);
        switch (_standing.Kind)
        {
            case StandingKind.Gone:
                Leave();
                return;
            case StandingKind.Downed:
                _departing = true;
                End();
                break;
            case StandingKind.Departing:
                _departing = true;
                GiveWay();
                break;
            case StandingKind.After:
                GiveWay();
                break;
            case StandingKind.First when _tenure == Tenure.None:
                Begin();
                break;
            default:
                break;
        }

        AskForIt();
        WaitForDeaths();
        if (_tenure == Tenure.None)
        {
            SayThatThereIsNone();
        }

        NoteState();
    }

    // No time is left for the termination message; but if others hear that the singleton has stopped they need not wait for the removal margin.
    private void Leave()
    {
        _departing = true;
        if (_singleton is not null)
        {
            _tenure = Tenure.Ending;
            Context.Stop(_singleton);
            return;
        }

        SayThatThereIsNone();
        _log.Info("Singleton manager stops: {0}.", _standing.Reason);
        Context.Stop(Self);
    }

    private void NoteState()
    {
        var state = StateNow();
        if (state != _state)
        {
            _log.Info("Singleton manager state change [{0} -> {1}]: {2}", _state, state, _standing.Reason);
            _state = state;
        }
    }

    private ClusterSingletonState StateNow() => (_tenure, _standing.Kind) switch
    {
        (Tenure.Running, StandingKind.First or StandingKind.Next) => ClusterSingletonState.Oldest,
        (Tenure.Running, _) => ClusterSingletonState.WasOldest,
        (Tenure.TakingLease or Tenure.WithoutLease, _) or (_, StandingKind.First) => ClusterSingletonState.AcquiringLease,
        (_, StandingKind.Downed) => ClusterSingletonState.Stopping,
        (Tenure.Ending or Tenure.ReleasingLease, _) => ClusterSingletonState.HandingOver,
        (_, StandingKind.Departing) => ClusterSingletonState.End,
        (_, StandingKind.After) => ClusterSingletonState.Younger,
        (_, StandingKind.Next) => ClusterSingletonState.BecomingOldest,
        _ => ClusterSingletonState.Start,
    };

    private void Run()
    {
        _tenure = Tenure.Running;
        _log.Info("Singleton manager starting singleton actor [{0}]", (Self.Path / _settings.SingletonName).ToStringWithoutAddress());
        _singleton = Context.ActorOf(_props, _settings.SingletonName);
        Context.Watch(_singleton);
        foreach (var seeker in _seekers)
        {
            seeker.Tell(new SingletonLocated(SelfNode, _singleton));
        }

        _seekers.Clear();
    }

    /// <summary>Ends what this node has of the singleton.</summary>
    private void End()
    {
        Timers.Cancel(ManagerTick.RemindNext);
        switch (_tenure)
        {
            case Tenure.Running when _singleton is not null:
                _tenure = Tenure.Ending;
                if (_cluster.Runtime.IsPlanted(PlantedBug.HandOverBeforeStop))
                {
                    HandOverTooEarly(_singleton);
                    break;
                }

                _singleton.Tell(_terminationMessage);
                foreach (var asker in _askers)
                {
                    Tell(asker, new HandOverInProgress(SelfNode, asker));
                }

                break;
            case Tenure.Running or Tenure.WithoutLease:
                Timers.Cancel(ManagerTick.RetryLease);
                ReleaseLease();
                break;
            default:
                // Nothing to end, or it ends already.
                break;
        }
    }

    private void HandOverTooEarly(IActorRef singleton)
    {
        Context.System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), singleton, _terminationMessage, Self);
        foreach (var asker in _askers)
        {
            Tell(asker, new HandOverDone(SelfNode, asker));
        }
    }

    private void SingletonStopped(Terminated message)
    {
        if (!message.ActorRef.Equals(_singleton))
        {
            return;
        }

        _singleton = null;
        if (_tenure == Tenure.Ending)
        {
            ReleaseLease();
        }
        else
        {
            _log.Info("Singleton actor [{0}] was terminated", message.ActorRef.Path);
        }

        Follow();
    }

    private void Locate(IActorRef seeker)
    {
        if (_singleton is not null && _tenure == Tenure.Running)
        {
            seeker.Tell(new SingletonLocated(SelfNode, _singleton));
        }
        else if (_seekers.Count < MostAskers && !_seekers.Contains(seeker))
        {
            _seekers.Add(seeker);
        }
    }

    private void Handle(ManagerTick tick)
    {
        switch (tick)
        {
            case ManagerTick.AskAgain:
                AskAgain();
                break;
            case ManagerTick.RemindNext:
                RemindNext();
                break;
            case ManagerTick.GiveUp:
                _gaveUp = true;
                Follow();
                break;
            case ManagerTick.Death:
                Observe();
                break;
            default:
                RetryLease();
                break;
        }
    }

    private IActorRef ManagerAt(Address node) => _cluster.System.Provider.ResolveActorRef(new RootActorPath(node) / Self.Path.Elements);

    private void Tell(UniqueAddress node, IHandOverMessage message) => ManagerAt(node.Address).Tell(message, Self);
}
