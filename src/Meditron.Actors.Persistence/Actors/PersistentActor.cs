namespace Meditron.Actors.Persistence;

/// <summary>A persistent actor with a method for commands and one for recovery, each of which says whether it handled the message.</summary>
public abstract class PersistentActor : Eventsourced
{
    /// <summary>Made by the engine alone.</summary>
    protected PersistentActor()
    {
    }

    /// <inheritdoc/>
    protected override bool Receive(object message) => ReceiveCommand(message);
}
