using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>The root of the cluster's actors on a node (/system/cluster): hands commands on and ties the cluster to the coordinated shutdown.</summary>
internal sealed class ClusterDaemon : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly ShutdownSignals _signals;
    private IActorRef? _core;
    private int _listeners;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
        _signals = new ShutdownSignals(cluster.Runtime);
    }

    protected override void PreStart()
    {
        var cluster = _cluster;
        var signals = _signals;
        Context.ActorOf(
            cluster.WithDispatcher(Props.Create(() => new HeartbeatReceiver(cluster))), "heartbeatReceiver");
        _core = Context.ActorOf(
            cluster.WithDispatcher(Props.Create(() => new ClusterCoreSupervisor(cluster, signals))), "core");
        new ClusterShutdownTasks(cluster, Self, signals).AddTo(CoordinatedShutdown.Get(cluster.System));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICoreCommand or ISubscriptionCommand:
                _core!.Forward(message);
                break;
            case AddUpCallback m:
                AddListener(MemberStatus.Up, m.Callback);
                break;
            case AddRemovedCallback m:
                AddListener(MemberStatus.Removed, m.Callback);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _signals.Stopped.TrySetResult(Done.Instance);
        _signals.Exiting.TrySetResult(Done.Instance);
        _cluster.Shutdown();
        if (_cluster.Settings.RunCoordinatedShutdownWhenDown)
        {
            // After a graceful leave the shutdown runs already, and this changes nothing.
            _ = CoordinatedShutdown.Get(_cluster.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
        }
    }

    private void AddListener(MemberStatus status, Action callback)
    {
        var cluster = _cluster;
        _listeners++;
        Context.ActorOf(
            cluster.WithDispatcher(Props.Create(() => new MemberStatusListener(cluster, status, callback))), $"listener-{_listeners}");
    }
}
