using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <summary>
/// Watches actors of other systems on behalf of this system's actors: one watch and one row of heartbeats for each, however many watch. When a system is silent
/// for too long, or nobody listens where it was, all its watched actors are reported dead.
/// </summary>
internal partial class RemoteWatcher : UntypedActor
{
    protected readonly ILoggingAdapter Log;
    protected readonly Dictionary<IInternalActorRef, HashSet<IInternalActorRef>> Watching = [];
    protected readonly Dictionary<Address, HashSet<IInternalActorRef>> WatcheeByNodes = [];

    private readonly IFailureDetectorRegistry<Address> _failureDetector;
    private readonly TimeSpan _heartbeatInterval;
    private readonly TimeSpan _reaperInterval;
    private readonly TimeSpan _expectedResponseAfter;
    private readonly RemoteActorRefProvider _provider;
    private readonly HeartbeatRsp _selfHeartbeatRsp;
    private readonly Dictionary<Address, int> _uids = [];
    private readonly List<ICancelable> _ticks = [];

    public RemoteWatcher(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter)
    {
        _failureDetector = failureDetector;
        _heartbeatInterval = heartbeatInterval;
        _reaperInterval = unreachableReaperInterval;
        _expectedResponseAfter = heartbeatExpectedResponseAfter;
        Log = Context.GetLogger();
        _provider = (RemoteActorRefProvider)RemoteActorRefProvider.Of(Context.System);
        _selfHeartbeatRsp = new HeartbeatRsp(AddressUidExtension.Uid(Context.System));
    }

    protected ICollection<Address> WatchingNodes => WatcheeByNodes.Keys;

    protected HashSet<Address> Unreachable { get; } = [];

    public static Props Props(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter) =>
        Actor.Props.Create(() => new RemoteWatcher(failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter));

    protected override void PreStart()
    {
        Tick(_heartbeatInterval, HeartbeatTick.Instance);
        Tick(_reaperInterval, ReapUnreachableTick.Instance);
        Context.System.EventStream.Subscribe(Self, typeof(PeerConnectionLost));
        Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AddressTerminated));
    }

    protected override void PostStop()
    {
        foreach (var tick in _ticks)
        {
            tick.Cancel();
        }

        Context.System.EventStream.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HeartbeatTick:
                SendHeartbeats();
                break;
            case Heartbeat:
                Sender.Tell(_selfHeartbeatRsp, Self);
                break;
            case HeartbeatRsp response:
                ReceiveHeartbeatRsp(Sender.Path.Address, response.AddressUid);
                break;
            case ReapUnreachableTick:
                Reap();
                break;
            case ExpectedFirstHeartbeat first:
                TriggerFirstHeartbeat(first.From);
                break;
            case WatchRemote watch:
                AddWatching(watch.Watchee, watch.Watcher);
                break;
            case UnwatchRemote unwatch:
                RemoveWatch(unwatch.Watchee, unwatch.Watcher);
                break;
            case Terminated terminated:
                ProcessTerminated((IInternalActorRef)terminated.ActorRef, terminated.ExistenceConfirmed, terminated.AddressTerminated);
                break;
            case PeerConnectionLost lost:
                OnConnectionLost(lost);
                break;
            case QuarantinedEvent quarantined:
                PublishAddressTerminated(quarantined.Address);
                break;
            case AddressTerminated terminated:
                PublishAddressTerminated(terminated.Address);
                break;
            case Stats:
                Sender.Tell(CurrentStats(), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Watches on behalf of an actor.</summary>
    protected void AddWatching(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watcher.Equals(Self))
        {
            return;
        }

        Log.Debug("Watching: [{0} -> {1}]", watcher, watchee);
        if (!Watching.TryGetValue(watchee, out var watchers))
        {
            Watching.Add(watchee, watchers = []);
        }

        watchers.Add(watcher);
        WatchNode(watchee);
        Context.Watch(watchee);
    }

    /// <summary>Includes a watched actor's system in the heartbeats.</summary>
    protected virtual void WatchNode(IInternalActorRef watchee)
    {
        var address = watchee.Path.Address;
        if (!WatcheeByNodes.TryGetValue(address, out var watchees))
        {
            // The first watch after it was unreachable: it may be another incarnation, and gets another chance.
            if (Unreachable.Remove(address))
            {
                _failureDetector.Remove(address);
            }

            WatcheeByNodes.Add(address, watchees = []);
        }

        watchees.Add(watchee);
    }

    /// <summary>Ends watching on behalf of an actor.</summary>
    protected void RemoveWatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        Log.Debug("Unwatching: [{0} -> {1}]", watcher, watchee);
        if (Watching.TryGetValue(watchee, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
        {
            Context.Unwatch(watchee);
            RemoveWatchee(watchee);
        }
    }

    /// <summary>Forgets an actor that nobody watches any more.</summary>
    protected void RemoveWatchee(IInternalActorRef watchee)
    {
        Watching.Remove(watchee);
        var address = watchee.Path.Address;
        if (WatcheeByNodes.TryGetValue(address, out var watchees) && watchees.Remove(watchee) && watchees.Count == 0)
        {
            UnwatchNode(address);
        }
    }

    /// <summary>Ends the heartbeats to a system.</summary>
    protected void UnwatchNode(Address address)
    {
        WatcheeByNodes.Remove(address);
        _uids.Remove(address);
        _failureDetector.Remove(address);
    }

    /// <summary>Gives an incarnation up for good.</summary>
    protected virtual void Quarantine(Address address, int? addressUid) => _provider.Quarantine(address, addressUid);

    /// <summary>Reports all watched actors of a system dead.</summary>
    protected virtual void PublishAddressTerminated(Address address)
    {
        foreach (var watchee in WatchedAt(address).ToArray())
        {
            ReportDead(watchee);
        }
    }

    /// <summary>The watched actors of a system.</summary>
    protected IEnumerable<IInternalActorRef> WatchedAt(Address address) => Watching.Keys.Where(watchee => watchee.Path.Address.Equals(address));

    /// <summary>Reports a watched actor dead, as its system is; nothing if nobody watches it any more.</summary>
    protected void ReportDead(IInternalActorRef watchee)
    {
        if (!Watching.TryGetValue(watchee, out var watchers))
        {
            return;
        }

        foreach (var watcher in watchers)
        {
            watcher.SendSystemMessage(new DeathWatchNotification(watchee, existenceConfirmed: false, addressTerminated: true));
        }

        RemoveWatchee(watchee);
        Context.Unwatch(watchee);
    }

    private void OnConnectionLost(PeerConnectionLost lost)
    {
        if (!lost.Refused || !WatcheeByNodes.ContainsKey(lost.Address) || (_uids.TryGetValue(lost.Address, out var uid) && uid != lost.Uid))
        {
            return;
        }

        Log.Warning("{0} is gone: its connection broke, and nobody listens there any more (akka.remote.detect-peer-loss)", lost.Address);
        GiveUp(lost.Address, lost.Uid);
    }

    private void Reap()
    {
        foreach (var address in WatchingNodes.ToArray())
        {
            if (!Unreachable.Contains(address) && !_failureDetector.IsAvailable(address))
            {
                Log.Warning("{0} is unreachable: its heartbeats have stopped (akka.remote.watch-failure-detector)", address);
                GiveUp(address, _uids.TryGetValue(address, out var uid) ? uid : null);
            }
        }
    }

    private void GiveUp(Address address, int? uid)
    {
        Quarantine(address, uid);
        PublishAddressTerminated(address);
        Unreachable.Add(address);
    }

    private void SendHeartbeats()
    {
        foreach (var address in WatchingNodes.ToArray())
        {
            if (Unreachable.Contains(address))
            {
                continue;
            }

            if (!_failureDetector.IsMonitoring(address))
            {
                Context.System.Scheduler.ScheduleTellOnce(_expectedResponseAfter, Self, new ExpectedFirstHeartbeat(address), Self);
            }

            _provider.ResolveActorRef(new RootActorPath(address) / Self.Path.Elements).Tell(Heartbeat.Instance, Self);
        }
    }

    private void ReceiveHeartbeatRsp(Address from, int uid)
    {
        if (!WatcheeByNodes.ContainsKey(from) || Unreachable.Contains(from))
        {
            return;
        }

        if (!_uids.TryGetValue(from, out var known) || known != uid)
        {
            // Another incarnation has not heard of the watches yet, or their messages were dropped.
            _uids[from] = uid;
            Rewatch(from);
        }

        _failureDetector.Heartbeat(from);
    }

    private void Rewatch(Address address)
    {
        foreach (var watchee in WatcheeByNodes[address])
        {
            Log.Debug("Re-watch [{0}]", watchee);
            watchee.SendSystemMessage(new Watch(watchee, (IInternalActorRef)Self));
        }
    }

    private void TriggerFirstHeartbeat(Address address)
    {
        if (WatcheeByNodes.ContainsKey(address) && !Unreachable.Contains(address) && !_failureDetector.IsMonitoring(address))
        {
            // No answer yet: the detector starts to count as if one had come, and the silence makes the system unreachable.
            _failureDetector.Heartbeat(address);
        }
    }

    private void ProcessTerminated(IInternalActorRef watchee, bool existenceConfirmed, bool addressTerminated)
    {
        if (Watching.TryGetValue(watchee, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                watcher.SendSystemMessage(new DeathWatchNotification(watchee, existenceConfirmed, addressTerminated));
            }
        }

        RemoveWatchee(watchee);
    }

    private Stats CurrentStats() => new(
        Watching.Values.Sum(static watchers => watchers.Count),
        WatcheeByNodes.Count,
        [.. Watching.SelectMany(static w => w.Value.Select(watcher => ((IActorRef)w.Key, (IActorRef)watcher)))],
        [.. WatcheeByNodes.Keys]);

    private void Tick(TimeSpan interval, object message)
    {
        var cancelable = new Cancelable(Context.System.Scheduler);
        _ticks.Add(cancelable);
        Context.System.Scheduler.ScheduleTellRepeatedly(interval, interval, Self, message, Self, cancelable);
    }
}
