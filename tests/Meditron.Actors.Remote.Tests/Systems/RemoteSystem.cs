using System.Collections.Concurrent;
using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>An actor system with remoting on a free port of the loopback interface, with what it publishes and logs collected.</summary>
internal sealed class RemoteSystem : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Base = """
        akka {
          actor.provider = remote
          loglevel = DEBUG
          stdout-loglevel = OFF
          loggers = []
          log-dead-letters = off
          coordinated-shutdown.run-by-actor-system-terminate = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          remote.retry-gate-closed-for = 200 ms
        }
        """;

    public RemoteSystem(string name, string config = "", params Setup[] setups)
    {
        var all = ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Base))), .. setups]);
        System = (ActorSystemImpl)ActorSystem.Create(name, all);
        var listener = System.ActorOf(Props.Create(() => new Collector(Events)), "collector");
        foreach (var type in new[] { typeof(LogEvent), typeof(RemotingLifecycleEvent), typeof(PeerConnectionLost), typeof(AddressTerminated), typeof(AllDeadLetters) })
        {
            System.EventStream.Subscribe(listener, type);
        }
    }

    public ActorSystemImpl System { get; }

    public RemoteActorRefProvider Provider => (RemoteActorRefProvider)System.Provider;

    public Address Address => Provider.DefaultAddress;

    public EventLog Events { get; } = new();

    /// <summary>A reference to an actor of another system, by path.</summary>
    public IActorRef RefTo(RemoteSystem other, IActorRef actor, bool withUid = true)
    {
        var path = actor.Path.ToSerializationFormatWithAddress(other.Address);
        return Provider.ResolveActorRef(withUid ? path : path.Split('#')[0]);
    }

    public IActorRef Start(Func<object, IActorRef, IActorRef, object?> handle, string? name = null) => System.ActorOf(Props.Create(() => new Responder(handle)), name);

    /// <summary>An actor that collects what it gets, in a log of its own unless one is given.</summary>
    public (IActorRef Ref, EventLog Log) Probe(string? name = null, EventLog? into = null)
    {
        var log = into ?? new EventLog();
        return (System.ActorOf(Props.Create(() => new Collector(log)), name), log);
    }

    public async ValueTask DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    private sealed class Responder(Func<object, IActorRef, IActorRef, object?> handle) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (handle(message, Sender, Self) is { } reply)
            {
                Sender.Tell(reply, Self);
            }
        }
    }

    internal sealed record Watching(IActorRef Subject);

    internal sealed record Got(object Message, IActorRef Sender);

    private sealed class Collector(EventLog log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Watching watching)
            {
                Context.Watch(watching.Subject);
            }

            log.Add(message, Sender);
        }
    }
}

/// <summary>What has happened, in order; tests wait on it.</summary>
internal sealed class EventLog
{
    private readonly List<(object Message, IActorRef Sender)> _all = [];
    private readonly object _sync = new();

    public void Add(object what, IActorRef sender)
    {
        lock (_sync)
        {
            _all.Add((what, sender));
            Monitor.PulseAll(_sync);
        }
    }

    public IReadOnlyList<object> All
    {
        get
        {
            lock (_sync)
            {
                return [.. _all.Select(static e => e.Message)];
            }
        }
    }

    /// <summary>The first event of a type that satisfies a condition, once it has happened.</summary>
    public T Wait<T>(Func<T, bool>? condition = null, TimeSpan? patience = null) => WaitWithSender(condition, patience).Message;

    public (T Message, IActorRef Sender) WaitWithSender<T>(Func<T, bool>? condition = null, TimeSpan? patience = null)
    {
        var deadline = DateTime.UtcNow + (patience ?? RemoteSystem.Patience);
        lock (_sync)
        {
            for (var seen = 0; ;)
            {
                for (; seen < _all.Count; seen++)
                {
                    if (_all[seen].Message is T found && condition?.Invoke(found) != false)
                    {
                        return (found, _all[seen].Sender);
                    }
                }

                var left = deadline - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_sync, left))
                {
                    throw new TimeoutException($"No {typeof(T).Name} as wanted; there were: {string.Join("; ", _all.TakeLast(30).Select(static e => e.Message))}");
                }
            }
        }
    }

    /// <summary>Waits until all that has happened satisfies a condition.</summary>
    public void WaitFor(Func<IEnumerable<object>, bool> condition)
    {
        var deadline = DateTime.UtcNow + RemoteSystem.Patience;
        lock (_sync)
        {
            while (!condition(_all.Select(static e => e.Message)))
            {
                var left = deadline - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_sync, left))
                {
                    throw new TimeoutException($"What was waited for did not come about; there were: {string.Join("; ", _all.TakeLast(30).Select(static e => e.Message))}");
                }
            }
        }
    }

    /// <summary>Waits for a number of events of a type that satisfy a condition; gives them in order.</summary>
    public T[] WaitCount<T>(int count, Func<T, bool>? condition = null)
    {
        var deadline = DateTime.UtcNow + RemoteSystem.Patience;
        lock (_sync)
        {
            while (true)
            {
                var found = _all.Select(static e => e.Message).OfType<T>().Where(e => condition?.Invoke(e) != false).ToArray();
                if (found.Length >= count)
                {
                    return found;
                }

                var left = deadline - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_sync, left))
                {
                    throw new TimeoutException($"{found.Length} of {count} {typeof(T).Name} have come; there were: {string.Join("; ", _all.TakeLast(30).Select(static e => e.Message))}");
                }
            }
        }
    }
}
