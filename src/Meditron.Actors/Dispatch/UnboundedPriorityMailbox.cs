using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch.MessageQueues;

namespace Meditron.Actors.Dispatch;

/// <summary>A mailbox that gives messages of lower priority numbers first; equal ones in the order they came.</summary>
public abstract class UnboundedPriorityMailbox : MailboxType
{
    /// <summary>The number of messages there is room for at the start.</summary>
    public const int DefaultCapacity = 11;

    /// <summary>Makes the mailbox type from its configuration.</summary>
    protected UnboundedPriorityMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <summary>The number of messages there is room for at the start.</summary>
    public int InitialCapacity => DefaultCapacity;

    /// <summary>The priority of a message; 0 goes first.</summary>
    protected abstract int PriorityGenerator(object message);

    /// <inheritdoc/>
    public sealed override IMessageQueue Create(IActorRef owner, ActorSystem system) => new PriorityMessageQueue(PriorityGenerator, InitialCapacity);
}
