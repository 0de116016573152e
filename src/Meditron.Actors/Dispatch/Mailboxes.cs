using System.Collections.Concurrent;
using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch.MessageQueues;
using Meditron.Actors.Util;

namespace Meditron.Actors.Dispatch;

/// <summary>Makes mailboxes' queues from their configuration.</summary>
public class Mailboxes
{
    /// <summary>The mailbox of actors that name none.</summary>
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType?> _made = new(StringComparer.Ordinal);

    /// <summary>Made with its system.</summary>
    public Mailboxes(ActorSystem system) => _system = system;

    /// <summary>The stash capacity configured for a mailbox, or for a dispatcher's mailbox; -1 is unbounded.</summary>
    public int StashCapacity(string dispatcher, string mailbox)
    {
        var config = _system.Settings.Config;
        foreach (var section in new[] { mailbox, dispatcher, DefaultMailboxId })
        {
            // Props that name no mailbox or no dispatcher have an empty name for it.
            if (!string.IsNullOrEmpty(section) && config.HasPath($"{section}.stash-capacity"))
            {
                return config.GetInt($"{section}.stash-capacity");
            }
        }

        return Deploy.NoStashSize;
    }

    /// <summary>The queue of an actor; null stands for the engine's own unbounded queue.</summary>
    internal IMessageQueue? CreateQueue(Props props, IActorRef owner)
    {
        var id = props.Mailbox;
        if (id == Deploy.NoMailboxGiven)
        {
            var dispatcher = props.Dispatcher;
            var byDispatcher = dispatcher.Length == 0 ? "" : _system.Settings.Config.GetString($"{dispatcher}.mailbox-type", "");
            id = byDispatcher.Length == 0 ? DefaultMailboxId : dispatcher;
        }

        return _made.GetOrAdd(id, Make)?.Create(owner, _system);
    }

    private MailboxType? Make(string id)
    {
        if (id == "unbounded")
        {
            return null;
        }

        var config = _system.Settings.Config;
        if (!config.HasPath(id))
        {
            throw new ConfigurationException($"Mailbox '{id}' is not configured: add a section '{id} {{ mailbox-type = \"...\" }}'.");
        }

        var settings = config.GetConfig(id);
        var name = settings.GetString("mailbox-type", "");
        if (name is "" or "Akka.Dispatch.UnboundedMailbox" or "Akka.Dispatch.UnboundedDequeBasedMailbox")
        {
            return null;
        }

        var type = TypeAliases.TryResolve(name);
        if (type is null || !typeof(MailboxType).IsAssignableFrom(type))
        {
            throw new ConfigurationException($"{id}.mailbox-type is '{name}': {(type is null ? "there is no such type" : "the type is no MailboxType")}. Write it as \"Namespace.Type, Assembly\".");
        }

        try
        {
            return (MailboxType)Activator.CreateInstance(type, _system.Settings, settings)!;
        }
        catch (Exception failure) when (failure is MissingMethodException or TargetInvocationException)
        {
            var cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            throw new ConfigurationException($"{id}.mailbox-type '{name}' cannot be made: {cause.Message} A mailbox type has a public constructor (Settings, Config).", cause);
        }
    }
}
