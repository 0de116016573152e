using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>The reference to a path without an actor: messages become dead letters, watching is answered at once.</summary>
internal class EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override bool IsTerminated => true;

    protected EventStream EventStream { get; } = eventStream;

    public override void SendSystemMessage(SystemMessage message) => SpecialHandle(message, Provider.DeadLetters);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is DeadLetter)
        {
            // It has come here on its way already.
            return;
        }

        if (!SpecialHandle(message, sender))
        {
            EventStream.Publish(message is IDeadLetterSuppression suppressed
                ? new SuppressedDeadLetter(suppressed, sender ?? Provider.DeadLetters, this)
                : new DeadLetter(message, sender ?? Provider.DeadLetters, this));
        }
    }

    protected virtual bool SpecialHandle(object message, IActorRef? sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
                {
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
                }

                return true;
            case SystemMessage:
                return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                return true;
            case ActorSelectionMessage selection:
                if (selection.Message is Identify inside)
                {
                    if (!selection.WildCardFanOut)
                    {
                        sender?.Tell(new ActorIdentity(inside.MessageId, null), this);
                    }
                }
                else if (selection.Message is IDeadLetterSuppression suppressed)
                {
                    EventStream.Publish(new SuppressedDeadLetter(suppressed, sender ?? Provider.DeadLetters, this));
                }
                else
                {
                    EventStream.Publish(new DeadLetter(selection.Message, sender ?? Provider.DeadLetters, this));
                }

                return true;
            default:
                return false;
        }
    }
}
