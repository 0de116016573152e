using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>Marks the provider of an actor system that is a member of a cluster.</summary>
internal interface IClusterActorRefProvider : IRemoteActorRefProvider;

/// <summary>The remote provider of a node of a cluster: starts the cluster with the system, and leaves the watching of members to it.</summary>
internal sealed class ClusterActorRefProvider : RemoteActorRefProvider, IClusterActorRefProvider
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<ClusterSettings>("reference.conf");

    private ActorSystemImpl? _system;

    public ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : base(systemName, settings, eventStream) =>
        settings.InjectTopLevelFallback(Reference);

    public override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        _system = system;
    }

    /// <summary>Starts the cluster, now that messages can be serialized.</summary>
    public override void Start()
    {
        base.Start();
        var cluster = Cluster.Get(_system!);
        cluster.Subscribe(RemoteWatcher, typeof(ClusterEvent.IMemberEvent));
    }

    protected override IActorRef CreateRemoteWatcher(ActorSystemImpl system)
    {
        var detector = CreateRemoteWatcherFailureDetector(system);
        var settings = RemoteSettings;
        return system.SystemActorOf(
            settings.ConfigureDispatcher(Props.Create(() => new ClusterRemoteWatcher(
                detector,
                settings.WatchHeartBeatInterval,
                settings.WatchUnreachableReaperInterval,
                settings.WatchHeartbeatExpectedResponseAfter))),
            "remote-watcher");
    }
}
