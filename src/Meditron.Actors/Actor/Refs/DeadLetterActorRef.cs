using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Where messages go that no actor can take.</summary>
internal sealed class DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : EmptyLocalActorRef(provider, path, eventStream)
{
    public override bool IsTerminated => false;

    protected override void TellInternal(object message, IActorRef? sender)
    {
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, this), this);
                break;
            case DeadLetter letter:
                if (!SpecialHandle(letter.Message, letter.Sender))
                {
                    EventStream.Publish(letter.Message is IDeadLetterSuppression suppressed ? new SuppressedDeadLetter(suppressed, letter.Sender ?? this, letter.Recipient) : letter);
                }

                break;
            default:
                if (!SpecialHandle(message, sender))
                {
                    EventStream.Publish(message is IDeadLetterSuppression quiet ? new SuppressedDeadLetter(quiet, sender ?? this, this) : new DeadLetter(message, sender ?? this, this));
                }

                break;
        }
    }

    protected override bool SpecialHandle(object message, IActorRef? sender)
    {
        if (message is Watch watch)
        {
            if (!watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
            {
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
            }

            return true;
        }

        return base.SpecialHandle(message, sender);
    }
}
