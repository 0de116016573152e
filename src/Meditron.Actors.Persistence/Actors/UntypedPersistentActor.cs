using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>A persistent actor with one method for all commands and one for all of recovery.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    /// <summary>Made by the engine alone.</summary>
    protected UntypedPersistentActor()
    {
    }

    /// <summary>The context of the actor that runs on this thread.</summary>
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    /// <summary>Handles a command.</summary>
    protected abstract void OnCommand(object message);

    /// <summary>Handles a replayed event, a <see cref="SnapshotOffer"/> or <see cref="RecoveryCompleted"/>.</summary>
    protected abstract void OnRecover(object message);

    /// <inheritdoc/>
    protected override bool Receive(object message) => ReceiveCommand(message);

    /// <inheritdoc/>
    protected sealed override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    /// <inheritdoc/>
    protected sealed override bool ReceiveRecover(object message) => TryRecover(message);

    /// <summary>Replaces the behaviour, and forgets those stacked.</summary>
    protected void Become(UntypedReceive receive) => Context.Become(receive);

    /// <summary>Replaces the behaviour, keeping the present one.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);

    /// <summary>Handles a message of recovery; a snapshot that is not handled is not taken as the state to go on from.</summary>
    private protected virtual bool TryRecover(object message)
    {
        OnRecover(message);
        return true;
    }
}
