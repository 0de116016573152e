using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>The membership of this node's actor system in a cluster: joins, leaves, and tells who else is a member.</summary>
public partial class Cluster : IExtension
{
    private readonly ClusterReadView _view;
    private readonly IActorRef _daemon;
    private int _terminated;

    /// <summary>Starts the cluster's actors; use <see cref="Get"/> instead.</summary>
    /// <exception cref="ConfigurationException">The system's actor provider is not the cluster's, or a setting is out of range.</exception>
    internal Cluster(ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        Runtime = EngineAccess.RuntimeOf(system);
        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        if (system.Provider is not IClusterActorRefProvider provider)
        {
            throw new ConfigurationException(
                $"Actor system {system.Name} cannot use the cluster: akka.actor.provider is \"{system.Settings.Config.GetString("akka.actor.provider")}\", but \"cluster\" is needed.");
        }

        SelfUniqueAddress = new UniqueAddress(provider.DefaultAddress, AddressUidExtension.Uid(system));
        Log = Logging.GetLogger(system, "Cluster");
        FailureDetector = new DefaultFailureDetectorRegistry<Address>(
            () => FailureDetectorLoader.Load(Settings.FailureDetectorImplementationClass, Settings.FailureDetectorConfig, system));
        LogInfo("Starting up...");
        _view = new ClusterReadView(this);
        DowningProvider = DowningProviders.Load(Settings.DowningProviderType, system, this);
        _daemon = system.SystemActorOf(
            WithDispatcher(Props.Create(() => new ClusterDaemon(this))).WithDeploy(Deploy.Local), "cluster");
        _daemon.Tell(StartDowning.Instance);
        system.RegisterOnTermination(Shutdown);
        if (!Settings.SeedNodes.IsEmpty)
        {
            JoinSeedNodes(Settings.SeedNodes);
        }
        else
        {
            LogInfo("No seed nodes found in configuration, relying on Cluster.Join to form or join a cluster");
        }

        LogInfo("Started up successfully");
    }

    /// <summary>The settings under akka.cluster.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The actor system that is the member.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>This incarnation of this node.</summary>
    public UniqueAddress SelfUniqueAddress { get; }

    /// <summary>Where this node is reached.</summary>
    public Address SelfAddress => SelfUniqueAddress.Address;

    /// <summary>The roles this node was configured with.</summary>
    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    /// <summary>This node as a member; its status is Removed before it has joined and after it was removed.</summary>
    public Member SelfMember => _view.Self;

    /// <summary>The cluster as this node sees it now.</summary>
    public ClusterEvent.CurrentClusterState State => _view.State;

    /// <summary>Whether this node is Up.</summary>
    public bool IsUp => SelfMember.Status == MemberStatus.Up;

    /// <summary>Whether this node's part of the cluster has been shut down; it cannot be started again in this actor system.</summary>
    public bool IsTerminated => Volatile.Read(ref _terminated) != 0;

    /// <summary>Judges the silence of the members this node sends heartbeats to.</summary>
    public DefaultFailureDetectorRegistry<Address> FailureDetector { get; }

    /// <summary>Decides which unreachable members are declared dead.</summary>
    public IDowningProvider DowningProvider { get; }

    internal EngineRuntime Runtime { get; }

    /// <summary>What is still done before this node's part of the cluster shuts down because it was declared dead.</summary>
    internal DownedTasks WhenDowned { get; } = new();

    internal ILoggingAdapter Log { get; }

    internal ClusterReadView View => _view;

    /// <summary>The cluster of an actor system, started if it was not.</summary>
    public static Cluster Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<Cluster, ClusterExtension>();
    }

    /// <summary>Joins through a member; joining oneself forms a new cluster.</summary>
    public void Join(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _daemon.Tell(new JoinTo(FillLocal(address)));
    }

    /// <summary>Joins through whichever of these nodes answers; the first of them may form a new cluster.</summary>
    public void JoinSeedNodes(IEnumerable<Address> seedNodes)
    {
        ArgumentNullException.ThrowIfNull(seedNodes);
        _daemon.Tell(new JoinSeedNodes(seedNodes.Select(FillLocal).ToImmutableList()));
    }

    /// <summary>Lets a member leave gracefully: it hands over its work first.</summary>
    public void Leave(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var filled = FillLocal(address);
        if (filled.Equals(SelfAddress))
        {
            _ = LeaveSelf();
        }
        else
        {
            _daemon.Tell(new LeaveMember(filled));
        }
    }

    /// <summary>Declares a member dead.</summary>
    public void Down(Address address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _daemon.Tell(new DownMember(FillLocal(address)));
    }

    /// <summary>Declares these incarnations dead, all at once.</summary>
    internal void Down(ImmutableSortedSet<UniqueAddress> nodes) => _daemon.Tell(new DownMembers(nodes));

    /// <summary>Sends an actor a <see cref="MembershipChanged"/> for the present membership and after each change.</summary>
    internal void FollowMembership(IActorRef follower) => _daemon.Tell(new FollowMembership(follower));

    /// <summary>Sends events of these types to an actor, after one <see cref="ClusterEvent.CurrentClusterState"/>.</summary>
    public void Subscribe(IActorRef subscriber, params Type[] to) => Subscribe(subscriber, ClusterEvent.InitialStateAsSnapshot, to);

    /// <summary>Sends events of these types to an actor, after the present state in the form asked for.</summary>
    /// <exception cref="ArgumentException">No type is given, or one that is no event of the cluster.</exception>
    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(to);
        if (to.Length == 0)
        {
            throw new ArgumentException("A subscription needs at least one type of cluster event, such as ClusterEvent.IMemberEvent.", nameof(to));
        }

        if (Array.Find(to, t => !typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom(t)) is { } foreign)
        {
            throw new ArgumentException($"{foreign} is no event of the cluster; subscribe to types that implement ClusterEvent.IClusterDomainEvent.", nameof(to));
        }

        _daemon.Tell(new SubscribeTo(subscriber, initialStateMode, [.. to]));
    }

    /// <summary>Ends all subscriptions of an actor.</summary>
    public void Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        _daemon.Tell(new UnsubscribeFrom(subscriber, null));
    }

    /// <summary>Ends an actor's subscription to one type of events.</summary>
    public void Unsubscribe(IActorRef subscriber, Type to)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(to);
        _daemon.Tell(new UnsubscribeFrom(subscriber, to));
    }

    /// <summary>Sends the present <see cref="ClusterEvent.CurrentClusterState"/> to an actor once.</summary>
    public void SendCurrentClusterState(IActorRef receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        _daemon.Tell(new SendState(receiver));
    }

    /// <summary>Calls back once this node is Up; at once if it is.</summary>
    public void RegisterOnMemberUp(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (IsUp)
        {
            callback();
        }
        else
        {
            _daemon.Tell(new AddUpCallback(callback));
        }
    }

    /// <summary>Calls back once this node is removed from the cluster; at once if it was.</summary>
    public void RegisterOnMemberRemoved(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (IsTerminated)
        {
            callback();
        }
        else
        {
            _daemon.Tell(new AddRemovedCallback(callback));
        }
    }

    /// <summary>The path of a local actor as other nodes write it; that of a remote one as it is.</summary>
    public ActorPath RemotePathOf(IActorRef actorRef)
    {
        ArgumentNullException.ThrowIfNull(actorRef);
        var path = actorRef.Path;
        return path.Address.Host is null
            ? ActorPath.Parse(path.ToStringWithAddress(SelfAddress)).WithUid(path.Uid)
            : path;
    }

    /// <summary>Stops this node's part of the cluster; the last of the graceful leave, or at once when downed.</summary>
    internal void Shutdown()
    {
        if (Interlocked.Exchange(ref _terminated, 1) == 0)
        {
            LogInfo("Shutting down...");
            System.Stop(_daemon);
            LogInfo("Successfully shut down");
        }
    }

    internal Props WithDispatcher(Props props) => Settings.UseDispatcher.Length == 0 ? props : props.WithDispatcher(Settings.UseDispatcher);

    /// <summary>The reference to a system actor of the cluster on another node.</summary>
    internal IActorRef Remote(Address node, params string[] path) =>
        System.Provider.ResolveActorRef(new RootActorPath(node) / ["system", "cluster", .. path]);

    internal void LogInfo(string template, params object?[] args)
    {
        if (Settings.LogInfo)
        {
            Log.Info($"Cluster Node [{SelfAddress}] - {template}", args!);
        }
    }

    internal void LogWarning(string template, params object?[] args) => Log.Warning($"Cluster Node [{SelfAddress}] - {template}", args!);

    internal void LogError(string template, params object?[] args) => Log.Error($"Cluster Node [{SelfAddress}] - {template}", args!);

    private Address FillLocal(Address address) =>
        address.HasLocalScope && string.Equals(address.System, SelfAddress.System, StringComparison.Ordinal) ? SelfAddress : address;
}
