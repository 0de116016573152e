using System.Collections.Concurrent;
using System.Globalization;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Actor;

/// <summary>Makes and finds the references of this process.</summary>
internal sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _extraNames = new(StringComparer.Ordinal);
    private readonly Func<ActorPath, IInternalActorRef>? _deadLettersFactory;
    private readonly EventStream _eventStream;
    private TaskCompletionSource<bool> _terminated = new();
    private ActorSystemImpl? _system;
    private RootGuardianRef? _root;
    private LocalActorRef? _userGuardian;
    private LocalActorRef? _systemGuardian;
    private VirtualPathContainer? _temp;
    private long _tempNumber;

    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(new RootActorPath(new Address("akka", systemName)), settings, eventStream, null)
    {
    }

    /// <summary>Made by a provider that wraps this one, with the root it is reached at.</summary>
    public LocalActorRefProvider(ActorPath rootPath, Settings settings, EventStream eventStream, Func<ActorPath, IInternalActorRef>? deadLettersFactory)
    {
        RootPath = rootPath;
        Settings = settings;
        _eventStream = eventStream;
        _deadLettersFactory = deadLettersFactory;
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", eventStream);
        IgnoreRef = new IgnoreActorRef(this);
    }

    public ActorSystemImpl SystemImpl => _system!;

    public ActorPath RootPath { get; }

    public Settings Settings { get; }

    public IActorRef DeadLetters { get; private set; }

    public IActorRef IgnoreRef { get; }

    public IInternalActorRef RootGuardian => _root!;

    public LocalActorRef Guardian => _userGuardian!;

    public LocalActorRef SystemGuardian => _systemGuardian!;

    public IInternalActorRef TempContainer => _temp!;

    public Task TerminationTask => _terminated.Task;

    public Address DefaultAddress => RootPath.Address;

    public Information SerializationInformation => new(DefaultAddress, SystemImpl);

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        _terminated = system.Runtime.NewPromise<bool>();
        if (_deadLettersFactory is not null)
        {
            DeadLetters = _deadLettersFactory(RootPath / "deadLetters");
        }

        var dispatcher = system.Dispatchers.DefaultGlobalDispatcher;
        var supervisor = new RootGuardianSupervisor(this, RootPath, _terminated);
        _root = new RootGuardianRef(system, Props.Create<RootGuardianActor>(), dispatcher, supervisor, RootPath, ExtraName);
        _temp = new VirtualPathContainer(this, RootPath / "temp", _root);
        RegisterExtraName("temp", _temp);
        RegisterExtraName("deadLetters", (IInternalActorRef)DeadLetters);
        _root.Start();

        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        _userGuardian = (LocalActorRef)_root.Cell.AttachChild(Props.Create<GuardianActor>(strategy), isSystemService: true, "user");
        _systemGuardian = (LocalActorRef)_root.Cell.AttachChild(Props.Create<SystemGuardianActor>(_userGuardian), isSystemService: true, "system");
        _root.SendSystemMessage(new Dispatch.SysMsg.Watch(_systemGuardian, _root));
    }

    /// <summary>Adds a place below the root that is no child of it.</summary>
    public void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames[name] = actor;

    public ActorPath TempPath() => new ChildActorPath(_temp!.Path, $"$p{Interlocked.Increment(ref _tempNumber).ToString("x", CultureInfo.InvariantCulture)}", 0);

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _temp!.AddChild(path.Name, actorRef);

    public void UnregisterTempActor(ActorPath path) => _temp!.RemoveChild(path.Name);

    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService)
    {
        if (!systemService)
        {
            props = system.Deployed(props, path);
        }

        if (!system.Dispatchers.HasDispatcher(props.Dispatcher))
        {
            throw new ConfigurationException($"Dispatcher '{props.Dispatcher}' of {path} is not configured: add a section '{props.Dispatcher} {{ type = Dispatcher }}'.");
        }

        return props.RouterConfig.CreateActorRef(system, props, supervisor, path);
    }

    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out var parsed) && IsMine(parsed.Address))
        {
            return ResolveActorRef(parsed);
        }

        SystemImpl.Log.Log(LogLevel.DebugLevel, null, $"Resolve of unknown path [{path}] failed. It is not an actor path of this system.");
        return DeadLetters;
    }

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (IgnoreActorRef.IsIgnorePath(path))
        {
            return IgnoreRef;
        }

        if (!IsMine(path.Address))
        {
            return DeadLetters;
        }

        if (path.Depth == 0)
        {
            return RootGuardian;
        }

        var found = RootGuardian.GetChild(path.Elements);
        if (found.IsNobody() || (path.Uid != 0 && found.Path.Uid != 0 && found.Path.Uid != path.Uid))
        {
            return new EmptyLocalActorRef(this, RootPath / path.Elements is var place && path.Uid != 0 ? place.WithUid(path.Uid) : RootPath / path.Elements, _eventStream);
        }

        return found;
    }

    public IActorRef RootGuardianAt(Address address) => IsMine(address) ? RootGuardian : DeadLetters;

    public Address? GetExternalAddressFor(Address address) => IsMine(address) ? RootPath.Address : null;

    private bool IsMine(Address address) => address.Equals(RootPath.Address) || (address.HasLocalScope && address.System == RootPath.Address.System);

    private IInternalActorRef? ExtraName(string name) => _extraNames.GetValueOrDefault(name);
}
