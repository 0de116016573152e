using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Remote.Associations;

namespace Meditron.Actors.Remote;

/// <summary>The reference to an actor of another system.</summary>
internal class RemoteActorRef : InternalActorRefBase, IRemoteRef
{
    private readonly Remoting _remoting;
    private readonly RemoteActorRefProvider _provider;
    private Association? _association;

    public RemoteActorRef(Remoting remoting, Address localAddressToUse, ActorPath path, IInternalActorRef? parent)
    {
        _remoting = remoting;
        _provider = remoting.Provider;
        LocalAddressToUse = localAddressToUse;
        Path = path;
        Parent = parent ?? ActorRefs.Nobody;
        IsControl = path.Depth >= 2 && path.ParentOf(1).Name == "system" && path.ParentOf(2).Name is "remote-watcher" or "cluster";
    }

    public Address LocalAddressToUse { get; }

    public override ActorPath Path { get; }

    public override IInternalActorRef? Parent { get; }

    public override IActorRefProvider Provider => _provider;

    public override bool IsLocal => false;

    public override bool IsTerminated => false;

    /// <summary>The connection with the actor's system.</summary>
    public Association Association => _association ??= _remoting.AssociationWith(Path.Address);

    /// <summary>Whether the actor is one of those that keep the cluster together: its messages go before all others.</summary>
    public bool IsControl { get; }

    /// <summary>What the number was announced for; see <see cref="MessageEncoder"/>. Under the association's lock.</summary>
    internal object? NumberEpoch { get; set; }

    /// <summary>The number that stands for the path on the association's connection.</summary>
    internal int Number { get; set; }

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        foreach (var element in name)
        {
            switch (element)
            {
                case "":
                    break;
                case "..":
                    current = current.Parent ?? ActorRefs.Nobody;
                    break;
                default:
                    current = new RemoteActorRef(_remoting, LocalAddressToUse, current.Path / element, current);
                    break;
            }
        }

        return current;
    }

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Watch watch when IsWatchIntercepted(watch.Watchee, watch.Watcher):
                _provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher), ActorRefs.NoSender);
                break;
            case Unwatch unwatch when IsWatchIntercepted(unwatch.Watchee, unwatch.Watcher):
                _provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher), ActorRefs.NoSender);
                break;
            default:
                Association.SendSystem(this, message);
                break;
        }
    }

    /// <summary>Whether watching goes by way of the remote watcher: all watching but its own does.</summary>
    public bool IsWatchIntercepted(IActorRef watchee, IActorRef watcher) => watchee.Equals(this) && !watcher.Equals(_provider.RemoteWatcher);

    public override void Start()
    {
    }

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    protected override void TellInternal(object message, IActorRef? sender) => _remoting.Send(message, sender, this);
}

/// <summary>Marks references to actors of other systems.</summary>
public interface IRemoteRef : IActorRefScope;
