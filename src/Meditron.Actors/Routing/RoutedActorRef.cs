using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Routing;

/// <summary>The reference of a router: routes in the sender's thread, and gives only management messages to the router's own actor.</summary>
internal sealed class RoutedActorRef : LocalActorRef
{
    private readonly ActorSystemImpl _system;
    private readonly Props _routeeProps;
    private readonly Resizer? _resizer;
    private volatile Router _router;
    private long _resizeCount;
    private int _resizing;

    internal RoutedActorRef(ActorSystemImpl system, RouterConfig config, Props props, IInternalActorRef supervisor, ActorPath path)
        : base(system, HeadProps(config, props), system.Dispatchers.Lookup(config.RouterDispatcher), supervisor, path)
    {
        _system = system;
        RouterConfig = config;
        _routeeProps = RouteeProps(config, props, path);
        Router router = config.CreateRouter(system);
        _router = new Router(router.RoutingLogic, router.Routees.ToArray()) { DeadLetters = system.DeadLetters };
        _resizer = (config as Pool)?.Resizer;
    }

    internal RouterConfig RouterConfig { get; }

    internal Router Router => _router;

    public override void Start()
    {
        base.Start();

        // The routees are there before anybody has this reference, so every message finds them. Watching them is left to the
        // router's actor, whose own business it is.
        Routee[] routees = RouterConfig.InitialRoutees(_system, Cell, _routeeProps);
        _router = _router.WithRoutees([.. _router.Routees, .. routees]);
        Cell.SendMessage(WatchRoutees.Instance, ActorRefs.NoSender);
        if (_resizer?.IsTimeForResize(_resizeCount++) == true)
        {
            Cell.SendMessage(new Resize(), this);
        }
    }

    /// <summary>Adds routees of the pool's kind; only in the actor's own turn.</summary>
    internal IReadOnlyList<Routee> Grow(int count)
    {
        Routee[] fresh = [.. Enumerable.Range(0, count).Select(_ => new ActorRefRoutee(Cell.AttachChild(_routeeProps, isSystemService: false)))];
        _router = _router.WithRoutees([.. _router.Routees, .. fresh]);
        return fresh;
    }

    internal void Add(Routee routee) => _router = _router.AddRoutee(routee);

    internal void Remove(Routee routee) => _router = _router.RemoveRoutee(routee);

    internal void ResizeDone() => Volatile.Write(ref _resizing, 0);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (RouterConfig.IsManagementMessage(message))
        {
            base.TellInternal(message, sender);
            return;
        }

        if (IsTerminated)
        {
            _system.DeadLetters.Tell(new DeadLetter(message, sender!, this), sender);
            return;
        }

        if (_resizer is not null
            && _resizer.IsTimeForResize(Interlocked.Increment(ref _resizeCount) - 1)
            && Interlocked.Exchange(ref _resizing, 1) == 0)
        {
            base.TellInternal(new Resize(), this);
        }

        _router.Route(message, sender);
    }

    private static Props HeadProps(RouterConfig config, Props props)
    {
        Props head = Props.CreateBy(new HeadProducer(config)).WithDispatcher(config.RouterDispatcher);
        return config.ChildStrategy is { } strategy ? head.WithSupervisorStrategy(strategy) : head;
    }

    private static Props RouteeProps(RouterConfig config, Props props, ActorPath path)
    {
        Props routee = props.WithRouter(NoRouter.Instance);
        return config is Pool { UsePoolDispatcher: true }
            ? routee.WithDispatcher($"akka.actor.deployment.\"/{string.Join('/', path.Elements.Skip(1))}\".pool-dispatcher")
            : routee;
    }

    private sealed class HeadProducer(RouterConfig config) : IIndirectActorProducer
    {
        public Type ActorType => typeof(RouterActor);

        public ActorBase Produce() => config.CreateRouterActor();

        public void Release(ActorBase actor)
        {
        }
    }
}
