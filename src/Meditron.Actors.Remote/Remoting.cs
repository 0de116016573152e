using System.Collections.Concurrent;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote.Associations;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Network.Tcp;
using Meditron.Actors.Remote.Wire;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Remote;

/// <summary>Listens, keeps the associations with other systems, and moves messages between them and this system's actors.</summary>
internal sealed class Remoting : RemoteTransport
{
    // Connections whose handshake is not done: more are refused, so that strangers cannot use up threads.
    private const int MaximumHandshakes = 256;

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<PeerLink, bool> _links = new();
    private readonly ActorSystemImpl _system;
    private readonly HashSet<Address> _addresses = [];
    private readonly TaskCompletionSource<Done> _closed;
    private readonly List<ICancelable> _ticks = [];
    private Address? _address;
    private INetworkListener? _listener;
    private Serialization.Serialization? _serialization;
    private volatile bool _shutDown;
    private int _handshakesWarned;

    public Remoting(ActorSystemImpl system, RemoteActorRefProvider provider)
        : base(system, provider)
    {
        _system = system;
        Settings = provider.RemoteSettings;
        Time = system.Runtime.Time;
        Uid = AddressUidExtension.Uid(system);
        _closed = system.Runtime.NewPromise<Done>();
        var setup = system.Settings.Setup.Get<NetworkSetup>();
        Network = setup.HasValue ? setup.Value.Network : new TcpNetwork(TcpSettingsOf(Settings, Time));
    }

    public RemoteSettings Settings { get; }

    /// <summary>Whether a mistake is made on purpose.</summary>
    public bool IsPlanted(PlantedBug bug) => _system.Runtime.IsPlanted(bug);

    public INetwork Network { get; }

    public TimeProvider Time { get; }

    /// <summary>This system's incarnation.</summary>
    public int Uid { get; }

    public override Address DefaultAddress => _address ?? throw new InvalidOperationException("Remoting has not started.");

    public override ISet<Address> Addresses => _addresses;

    /// <summary>A monotonic timestamp.</summary>
    public long Now => Time.GetTimestamp();

    public long After(TimeSpan delay) => Now + (long)(delay.TotalSeconds * Time.TimestampFrequency);

    public TimeSpan Elapsed(long since, long now) => Time.GetElapsedTime(since, now);

    /// <summary>Which of two addresses is the lesser, for both systems alike.</summary>
    public static int Compare(Address a, Address b) => string.CompareOrdinal(a.ToString(), b.ToString());

    public override void Start()
    {
        try
        {
            _listener = Network.Listen(Settings.Hostname is "0.0.0.0" ? "" : Settings.Hostname, Settings.Port, Accept);
        }
        catch (NetworkException e)
        {
            throw new RemoteTransportException($"Actor system {System.Name} cannot start remoting. {e.Message}", e);
        }

        var host = Settings.PublicHostname.Length > 0 ? Settings.PublicHostname
            : Settings.Hostname is "" or "0.0.0.0" or "::" ? Network.MachineName
            : Settings.Hostname;
        var port = Settings.PublicPort != 0 ? Settings.PublicPort : _listener.Port;
        _address = new Address("akka.tcp", System.Name, host, port);
        _addresses.Add(_address);
        Publish(new RemotingListenEvent([_address]));
        Log.Info("Remoting listens at {0}, incarnation {1}", _address, Uid);
    }

    /// <summary>Starts the timers, once the system can schedule.</summary>
    public void StartTimers()
    {
        Tick(Settings.SysResendTimeout, static association => association.OnResendTick());
        Tick(Settings.TransportHeartbeatInterval, static association => association.OnHeartbeatTick());
    }

    public override Task Shutdown()
    {
        if (_shutDown)
        {
            return _closed.Task;
        }

        _shutDown = true;
        foreach (var tick in _ticks)
        {
            tick.Cancel();
        }

        _listener?.Close();
        foreach (var association in InOrder())
        {
            association.ShutDown();
        }

        Schedule(Settings.FlushWait, FinishShutdown);
        FinishIfIdle();
        return _closed.Task;
    }

    public override void Send(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        SerializedMessage serialized;
        try
        {
            serialized = Serialize(message);
        }
#pragma warning disable CA1031 // Whatever a serializer throws concerns this message alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Error(e, "A message of type {0} for {1} cannot be sent: {2}", message.GetType(), recipient, e.Message);
            System.EventStream.Publish(new Dropped(message, $"it cannot be serialized: {e.Message}", sender ?? System.DeadLetters, recipient));
            return;
        }

        if (serialized.Payload.Length > Settings.MaximumMessageSize)
        {
            var reason = $"it is too long: {serialized.Payload.Length} bytes, of which {Settings.MaximumMessageSize} are allowed (akka.remote.maximum-message-size)";
            Log.Error("A message of type {0} for {1} is dropped: {2}", message.GetType(), recipient, reason);
            System.EventStream.Publish(new Dropped(message, reason, sender ?? System.DeadLetters, recipient));
            return;
        }

        if (Settings.LogSend)
        {
            Log.Debug("Sends {0} from {1} to {2}", message, sender, recipient);
        }

        recipient.Association.Send(recipient, sender, message, serialized);
    }

    public override Address LocalAddressForRemote(Address remote) => DefaultAddress;

    public override void Quarantine(Address address, int? uid) => AssociationWith(address).Quarantine(uid, "its failure was reported");

    /// <summary>The association with a system, which is made where there is none.</summary>
    public Association AssociationWith(Address address) =>
        _associations.TryGetValue(address, out var found) ? found : _associations.GetOrAdd(address, static (a, self) => new Association(self, a), this);

    public bool HasAddress(Address address) => _addresses.Contains(address);

    public PeerLink NewLink(Association association) => Track(new PeerLink(this, association));

    public void Forget(PeerLink link)
    {
        _links.TryRemove(link, out _);
        if (_shutDown)
        {
            FinishIfIdle();
        }
    }

    public ICancelable Schedule(TimeSpan delay, Action action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleOnce(delay, action, cancelable);
        return cancelable;
    }

    public void Publish(object what)
    {
        if (what is AssociationEvent happened and not AssociationErrorEvent && happened.LogLevel() >= Settings.LifecycleEvents)
        {
            Log.Log(happened.LogLevel(), null, happened.ToString());
        }

        System.EventStream.Publish(what);
    }

    public void DeadLetter(object message, IActorRef? sender, IActorRef recipient) =>
        System.DeadLetters.Tell(new DeadLetter(message, sender ?? System.DeadLetters, recipient), sender);

    public string PathOf(IActorRef actor) => actor.Path.ToSerializationFormatWithAddress(DefaultAddress);

    public IInternalActorRef Resolve(string path) => Provider.ResolveActorRefWithLocalAddress(path, DefaultAddress);

    /// <summary>Hands a message of a peer to its recipient; one that cannot be read is dropped with a warning.</summary>
    public void Deliver(PeerLink link, IInternalActorRef recipient, IActorRef? sender, int serializerId, string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            var serialization = _serialization ??= System.Serialization;
            var message = serialization.Deserialize(payload.ToArray(), serializerId, manifest);
            if (Settings.LogReceive)
            {
                Log.Debug("Received {0} from {1} for {2}", message, sender, recipient);
            }

            if (!recipient.IsLocal)
            {
                Log.Warning("A message of type {0} of {1} is dropped: its recipient {2} is not here ({3})", message.GetType(), link.Name, recipient, DefaultAddress);
            }
            else if (Settings.UntrustedMode && IsForbidden(recipient, message))
            {
                Log.Warning("A message of type {0} of {1} for {2} is dropped: akka.remote.untrusted-mode", message.GetType(), link.Name, recipient);
            }
            else
            {
                recipient.Tell(message, sender ?? System.DeadLetters);
            }
        }
#pragma warning disable CA1031 // A message that cannot be read or taken concerns no other message.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Warning("A message of {0} for {1} is dropped (serializer {2}, manifest [{3}], {4} bytes): {5}", link.Name, recipient, serializerId, manifest, payload.Length, e.Message);
        }
    }

    /// <summary>Hands a system message of a peer to its recipient.</summary>
    public void DeliverSystem(PeerLink link, ReadOnlySpan<byte> body)
    {
        var (recipient, message) = SystemMessageCodec.Decode(body, Resolve);
        if (!recipient.IsLocal)
        {
            Log.Warning("A system message {0} of {1} is dropped: its recipient {2} is not here ({3})", message.GetType().Name, link.Name, recipient, DefaultAddress);
        }
        else if (Settings.UntrustedMode)
        {
            Log.Warning("A system message {0} of {1} for {2} is dropped: akka.remote.untrusted-mode", message.GetType().Name, link.Name, recipient);
        }
        else
        {
            recipient.SendSystemMessage(message);
        }
    }

    private bool IsForbidden(IInternalActorRef recipient, object message) => message switch
    {
        ActorSelectionMessage selection => selection.Message is IPossiblyHarmful or Kill
            || !Settings.TrustedSelectionPaths.Contains($"/{string.Join('/', selection.Elements.AsEnumerable())}")
            || !recipient.Equals(Provider.RootGuardian),
        IPossiblyHarmful or Kill => true,
        _ => false,
    };

    private SerializedMessage Serialize(object message)
    {
        var serialization = _serialization ??= System.Serialization;
        var serializer = serialization.FindSerializerFor(message);
        var payload = serializer is ByteArraySerializer
            ? serializer.ToBinary(message)
            : Serialization.Serialization.WithTransport(System, (serializer, message), static s => s.serializer.ToBinary(s.message));
        return new SerializedMessage(serializer.Identifier, Serialization.Serialization.ManifestFor(serializer, message), payload);
    }

    private PeerLink? Accept(string peer)
    {
        if (_shutDown)
        {
            return null;
        }

        if (_links.Count > MaximumHandshakes + _associations.Count)
        {
            if (Interlocked.Exchange(ref _handshakesWarned, 1) == 0)
            {
                Log.Warning("Refused a connection from {0}: {1} others are in their handshake", peer, MaximumHandshakes);
            }

            return null;
        }

        _handshakesWarned = 0;
        return Track(new PeerLink(this));
    }

    private PeerLink Track(PeerLink link)
    {
        _links[link] = true;
        return link;
    }

    private void FinishIfIdle()
    {
        if (_links.IsEmpty)
        {
            FinishShutdown();
        }
    }

    private void FinishShutdown()
    {
        foreach (var link in _links.Keys)
        {
            link.Abandon();
        }

        if (_closed.TrySetResult(Done.Instance))
        {
            Publish(new RemotingShutdownEvent());
        }
    }

    private void Tick(TimeSpan interval, Action<Association> action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        _ticks.Add(cancelable);
        System.Scheduler.Advanced.ScheduleRepeatedly(
            interval,
            interval,
            () =>
            {
                foreach (var association in InOrder())
                {
                    action(association);
                }
            },
            cancelable);
    }

    private Association[] InOrder()
    {
        var all = _associations.Values.ToArray();
        Array.Sort(all, static (a, b) => Compare(a.Remote, b.Remote));
        return all;
    }

    private static TcpSettings TcpSettingsOf(RemoteSettings settings, TimeProvider time)
    {
        var tcp = settings.Transports[0].Config;
        return new TcpSettings
        {
            Backlog = settings.Backlog,
            SendBufferSize = settings.SendBufferSize > 0 ? settings.SendBufferSize : null,
            ReceiveBufferSize = settings.ReceiveBufferSize > 0 ? settings.ReceiveBufferSize : null,
            NoDelay = tcp.GetBoolean("tcp-nodelay", true),
            KeepAlive = tcp.GetBoolean("tcp-keepalive", true),
            TlsTimeout = settings.HandshakeTimeout,
            Tls = tcp.GetBoolean("enable-ssl") ? TlsIdentity.Load(tcp.GetConfig("ssl")!, time) : null,
        };
    }
}
