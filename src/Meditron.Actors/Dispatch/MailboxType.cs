using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch.MessageQueues;

namespace Meditron.Actors.Dispatch;

/// <summary>Makes the message queues of mailboxes of one kind.</summary>
public abstract class MailboxType
{
    /// <summary>The mailbox's configuration.</summary>
    protected readonly Config Config;

    /// <summary>The system's settings.</summary>
    protected readonly Settings Settings;

    /// <summary>Makes the mailbox type from its configuration.</summary>
    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    /// <summary>Makes the queue of one actor.</summary>
    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}
