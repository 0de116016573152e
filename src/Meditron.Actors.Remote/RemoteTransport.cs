using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <summary>Carries the messages of a system to others, and theirs to it.</summary>
internal abstract class RemoteTransport(ExtendedActorSystem system, RemoteActorRefProvider provider)
{
    /// <summary>The system.</summary>
    public ExtendedActorSystem System { get; } = system;

    /// <summary>Its provider.</summary>
    public RemoteActorRefProvider Provider { get; } = provider;

    /// <summary>The log of remoting.</summary>
    public ILoggingAdapter Log { get; protected set; } = Logging.GetLogger(system, "remoting");

    /// <summary>All addresses at which the system is reached.</summary>
    public abstract ISet<Address> Addresses { get; }

    /// <summary>The address that references to this system carry.</summary>
    public abstract Address DefaultAddress { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="RemoteTransportException">The endpoint cannot be bound: says why.</exception>
    public abstract void Start();

    /// <summary>Says goodbye to all peers and ends; the task completes when all connections are closed.</summary>
    public abstract Task Shutdown();

    /// <summary>Sends a message.</summary>
    public abstract void Send(object message, IActorRef? sender, RemoteActorRef recipient);

    /// <summary>The address of this system for a peer.</summary>
    public abstract Address LocalAddressForRemote(Address remote);

    /// <summary>Gives an incarnation of a peer up for good; null for the one last heard of.</summary>
    public abstract void Quarantine(Address address, int? uid);
}
