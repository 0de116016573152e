using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch.MessageQueues;

namespace Meditron.Actors.Dispatch;

/// <summary>A mailbox of limited length (<c>mailbox-capacity</c>); what does not fit goes to the dead letters.</summary>
public sealed class BoundedMailbox : MailboxType
{
    /// <summary>Makes the mailbox type from its configuration.</summary>
    /// <exception cref="ConfigurationException">The capacity is not positive.</exception>
    public BoundedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        Capacity = config.GetInt("mailbox-capacity");
        if (Capacity < 1)
        {
            throw new ConfigurationException($"mailbox-capacity of a BoundedMailbox is {Capacity}: it must be at least 1 message.");
        }
    }

    /// <summary>The number of messages it holds.</summary>
    public int Capacity { get; }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new BoundedMessageQueue(Capacity, system);
}
