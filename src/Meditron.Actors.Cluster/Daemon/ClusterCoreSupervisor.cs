using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Keeps the event publisher and the core daemon; a failure of either ends this node's membership.</summary>
internal sealed class ClusterCoreSupervisor : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly ShutdownSignals _signals;
    private IActorRef? _publisher;
    private IActorRef? _daemon;

    public ClusterCoreSupervisor(Cluster cluster, ShutdownSignals signals)
    {
        _cluster = cluster;
        _signals = signals;
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        // Not restarted: the state is gone with the actor, and a node without it must not speak for itself.
        _cluster.LogError("Cluster node crashed, shutting down: {0}", e);
        Context.Stop(Self);
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        var cluster = _cluster;
        var signals = _signals;
        var publisher = Context.ActorOf(cluster.WithDispatcher(Props.Create(() => new ClusterEventPublisher(cluster))), "publisher");
        _publisher = publisher;
        _daemon = Context.ActorOf(cluster.WithDispatcher(Props.Create(() => new ClusterCoreDaemon(cluster, publisher, signals))), "daemon");
        Context.Watch(_daemon);
        Context.Watch(_publisher);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ISubscriptionCommand:
                _publisher!.Forward(message);
                break;
            case ICoreCommand:
                _daemon!.Forward(message);
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop() => _cluster.Shutdown();
}
