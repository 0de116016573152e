using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Remote;

/// <summary>Makes and finds references over the network: those of this system by the provider it wraps, all others as references to their systems.</summary>
/// <remarks>Remote deployment (<see cref="RemoteScope"/>) is not supported: an actor is created in the process of its parent.</remarks>
internal class RemoteActorRefProvider : IRemoteActorRefProvider, IStartable
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<RemoteSettings>("reference.conf");

    private readonly LocalActorRefProvider _local;
    private ActorSystemImpl? _system;
    private Remoting? _transport;
    private IActorRef? _remoteWatcher;
    private Information? _information;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(Reference);
        Settings = settings;
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
    }

    public RemoteSettings RemoteSettings { get; }

    public RemoteTransport Transport => Remoting;

    public IActorRef RemoteWatcher => _remoteWatcher ?? _local.DeadLetters;

    public ActorSystemImpl SystemImpl => _local.SystemImpl;

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public LocalActorRef Guardian => _local.Guardian;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IActorRef DeadLetters => _local.DeadLetters;

    public IActorRef IgnoreRef => _local.IgnoreRef;

    public ActorPath RootPath => _local.RootPath;

    public Settings Settings { get; }

    public Task TerminationTask => _local.TerminationTask;

    public IInternalActorRef TempContainer => _local.TempContainer;

    public Address DefaultAddress => Remoting.DefaultAddress;

    public Information SerializationInformation => _information ??= new Information(DefaultAddress, _system!);

    internal Remoting Remoting => _transport ?? throw new InvalidOperationException("The remote provider has not been initialized.");

    /// <summary>The remote provider of a system.</summary>
    internal static IRemoteActorRefProvider Of(ActorSystem system) => ((ExtendedActorSystem)system).Provider as IRemoteActorRefProvider
        ?? throw new ConfigurationException($"Actor system {system.Name} has no remoting: set akka.actor.provider to remote or cluster.");

    public virtual void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
        _transport = new Remoting(system, this);
    }

    /// <summary>Listens, once the system can serialize and log.</summary>
    public virtual void Start()
    {
        var system = _system!;
        Remoting.Start();
        system.SystemActorOf(RemoteSettings.ConfigureDispatcher(Props.Create(() => new RemotingTerminator(Remoting, SystemGuardian))), "remoting-terminator");
        _remoteWatcher = CreateRemoteWatcher(system);
        Remoting.StartTimers();
    }

    public ActorPath TempPath() => _local.TempPath();

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService)
    {
        if (props.Deploy.Scope is RemoteScope scope && !HasAddress(scope.Address))
        {
            throw new NotSupportedException(
                $"{path} cannot be deployed at {scope.Address}: this engine creates actors in the process of their parent. Start the actor there and send it a message.");
        }

        return _local.ActorOf(system, props, supervisor, path, systemService);
    }

    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out var parsed))
        {
            return ResolveActorRef(parsed);
        }

        Remoting.Log.Debug("The path [{0}] is none of an actor", path);
        return DeadLetters;
    }

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (HasAddress(path.Address))
        {
            return _local.ResolveActorRef(path.Address.Equals(RootPath.Address) ? path : (new RootActorPath(RootPath.Address) / path.Elements).WithUid(path.Uid));
        }

        return path.Address.HasGlobalScope && path.Address.Port is not null ? CreateRemoteRef(path, DefaultAddress) : _local.ResolveActorRef(path);
    }

    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress) =>
        ActorPath.TryParse(path, out var parsed) ? (IInternalActorRef)ResolveActorRef(parsed) : (IInternalActorRef)DeadLetters;

    public IActorRef InternalResolveActorRef(string path) => ResolveActorRef(path);

    public IActorRef RootGuardianAt(Address address) => HasAddress(address) ? RootGuardian : CreateRemoteRef(new RootActorPath(address), DefaultAddress);

    public Address? GetExternalAddressFor(Address address)
    {
        if (HasAddress(address))
        {
            return RootPath.Address;
        }

        return address.HasGlobalScope && address.Port is not null ? Remoting.LocalAddressForRemote(address) : null;
    }

    public bool HasAddress(Address address) =>
        address.Equals(RootPath.Address) || (_transport is not null && _transport.HasAddress(address)) || (address.HasLocalScope && address.System == RootPath.Address.System);

    public void Quarantine(Address address, int? uid) => Remoting.Quarantine(address, uid);

    protected virtual IInternalActorRef CreateRemoteRef(ActorPath actorPath, Address localAddress) => new RemoteActorRef(Remoting, localAddress, actorPath, ActorRefs.Nobody);

    protected virtual IActorRef CreateRemoteWatcher(ActorSystemImpl system) => system.SystemActorOf(
        RemoteSettings.ConfigureDispatcher(Actors.Remote.RemoteWatcher.Props(
            CreateRemoteWatcherFailureDetector(system),
            RemoteSettings.WatchHeartBeatInterval,
            RemoteSettings.WatchUnreachableReaperInterval,
            RemoteSettings.WatchHeartbeatExpectedResponseAfter)),
        "remote-watcher");

    protected DefaultFailureDetectorRegistry<Address> CreateRemoteWatcherFailureDetector(ActorSystem system) =>
        new(() => FailureDetectorLoader.Load(RemoteSettings.WatchFailureDetectorImplementationClass, RemoteSettings.WatchFailureDetectorConfig, system));
}

/// <summary>A provider that reaches other systems.</summary>
internal interface IRemoteActorRefProvider : IActorRefProvider
{
    IActorRef RemoteWatcher { get; }

    RemoteTransport Transport { get; }

    RemoteSettings RemoteSettings { get; }

    bool HasAddress(Address address);

    void Quarantine(Address address, int? uid);

    IActorRef InternalResolveActorRef(string path);

    IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress);
}
