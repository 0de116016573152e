using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Passes all messages it gets on to the singleton, wherever it runs, with their senders; keeps them while that is not known.</summary>
/// <remarks>
/// It knows from the membership on which member the singleton should be, and asks the manager there, which answers as soon as the singleton runs. A message sent to a
/// singleton whose node has crashed is lost until that node is removed: who needs an answer has to ask again.
/// </remarks>
public sealed class ClusterSingletonProxy : ReceiveActor, IWithTimers
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<ClusterSingletonProxy>("reference.conf");

    private readonly ClusterSingletonProxySettings _settings;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly MemberPrecedence _precedence;
    private readonly string[] _managerPath;
    private readonly Queue<Envelope> _buffer = new();
    private UniqueAddress? _host;
    private IActorRef? _singleton;

    /// <summary>Makes the proxy; use <see cref="Props"/> instead.</summary>
    public ClusterSingletonProxy(string singletonManagerPath, ClusterSingletonProxySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _managerPath = Elements(singletonManagerPath);
        _precedence = new MemberPrecedence(settings.Role ?? "", settings.ConsiderAppVersion);

        Receive<ClusterEvent.CurrentClusterState>(_ => Observe());
        Receive<ClusterEvent.IMemberEvent>(_ => Observe());
        Receive<SingletonLocated>(Located);
        Receive<Terminated>(Lost);
        Receive<IdentifyTick>(_ => Ask());
        ReceiveAny(Pass);
    }

    /// <inheritdoc/>
    ITimerScheduler IWithTimers.Timers { get; set; } = null!;

    private ITimerScheduler Timers => ((IWithTimers)this).Timers;

    private sealed record IdentifyTick : INoSerializationVerificationNeeded
    {
        public static readonly IdentifyTick Instance = new();
    }

    /// <summary>A proxy of the singleton whose manager has a path such as /user/manager on every node.</summary>
    public static Props Props(string singletonManagerPath, ClusterSingletonProxySettings settings)
    {
        Elements(singletonManagerPath);
        return Actor.Props.Create(() => new ClusterSingletonProxy(singletonManagerPath, settings)).WithDeploy(Deploy.Local);
    }

    /// <summary>The defaults under akka.cluster.singleton-proxy.</summary>
    public static Config DefaultConfig() => Reference;

    /// <inheritdoc/>
    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        while (_buffer.TryDequeue(out var envelope))
        {
            Context.System.DeadLetters.Tell(envelope.Message, envelope.Sender);
        }

        base.PostStop();
    }

    private static string[] Elements(string managerPath)
    {
        var elements = managerPath?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return elements.Length > 1 && elements[0] is "user" or "system" && Array.TrueForAll(elements, ActorPath.IsValidPathElement)
            ? elements
            : throw new ArgumentException($"\"{managerPath}\" is not the path of a singleton's manager: one such as /user/manager is expected.", nameof(managerPath));
    }

    private void Observe()
    {
        var host = _precedence.First(_cluster.View.Gossip.Members)?.UniqueAddress;
        if (host == _host)
        {
            return;
        }

        _log.Debug("The singleton {0} is expected on {1}", _settings.SingletonName, host?.Address);
        _host = host;
        Forget();
        StartAsking();
    }

    private void Forget()
    {
        if (_singleton is not null)
        {
            Context.Unwatch(_singleton);
            _singleton = null;
        }
    }

    private void StartAsking()
    {
        if (_host is null)
        {
            Timers.Cancel(IdentifyTick.Instance);
            return;
        }

        Ask();
        Timers.StartPeriodicTimer(IdentifyTick.Instance, IdentifyTick.Instance, _settings.SingletonIdentificationInterval);
    }

    // The manager answers as soon as the singleton runs; asked again, in case that it did not get the question or was not there.
    private void Ask()
    {
        if (_host is not null && _singleton is null)
        {
            _cluster.System.Provider.ResolveActorRef(new RootActorPath(_host.Address) / _managerPath).Tell(LocateSingleton.Instance, Self);
        }
    }

    private void Located(SingletonLocated message)
    {
        if (message.From != _host || message.Singleton.Equals(_singleton))
        {
            return;
        }

        Forget();
        _singleton = message.Singleton;
        _log.Info("Singleton identified at [{0}]", _singleton.Path);
        Timers.Cancel(IdentifyTick.Instance);
        Context.Watch(_singleton);
        while (_buffer.TryDequeue(out var envelope))
        {
            _singleton.Tell(envelope.Message, envelope.Sender);
        }
    }

    private void Lost(Terminated message)
    {
        if (message.ActorRef.Equals(_singleton))
        {
            _singleton = null;
            StartAsking();
        }
    }

    private void Pass(object message)
    {
        if (_singleton is not null)
        {
            _singleton.Forward(message);
            return;
        }

        if (_buffer.Count >= _settings.BufferSize && !MakeRoom(message))
        {
            return;
        }

        _buffer.Enqueue(new Envelope(message, Sender));
    }

    private bool MakeRoom(object message)
    {
        if (_settings.BufferSize == 0)
        {
            _log.Debug("Singleton not available and buffering is disabled, dropping message [{0}]", message.GetType());
            Context.System.DeadLetters.Tell(message, Sender);
            return false;
        }

        var first = _buffer.Dequeue();
        _log.Warning("Singleton not available and the buffer of {0} messages is full, dropping the oldest, [{1}]", _settings.BufferSize, first.Message.GetType());
        Context.System.DeadLetters.Tell(first.Message, first.Sender);
        return true;
    }
}
