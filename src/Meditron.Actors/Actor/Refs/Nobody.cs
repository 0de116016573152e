using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>The reference to no actor: what a lookup gives that found none; it swallows every message.</summary>
public sealed class Nobody : ActorRefBase, IInternalActorRef
{
    /// <summary>The only instance.</summary>
    public static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    /// <inheritdoc/>
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems")) / "Nobody";

    IInternalActorRef? IInternalActorRef.Parent => this;

    IActorRefProvider IInternalActorRef.Provider => throw new NotSupportedException("Nobody is no actor of any system: it has no provider.");

    bool IInternalActorRef.IsTerminated => true;

    bool IActorRefScope.IsLocal => true;

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => this;

    void IInternalActorRef.Start()
    {
    }

    void IInternalActorRef.Resume(Exception? causedByFailure)
    {
    }

    void IInternalActorRef.Suspend()
    {
    }

    void IInternalActorRef.Restart(Exception cause)
    {
    }

    void IInternalActorRef.Stop()
    {
    }

    void IInternalActorRef.SendSystemMessage(SystemMessage message)
    {
    }

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
