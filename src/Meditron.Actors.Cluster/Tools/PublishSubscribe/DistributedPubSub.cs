using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Gives an actor system its mediator, to which subscriptions, registrations and messages for them are sent.</summary>
public sealed class DistributedPubSub : IExtension
{
    private readonly Cluster _cluster;
    private readonly DistributedPubSubSettings _settings;

    /// <summary>Starts the mediator; use <see cref="Get"/> instead.</summary>
    public DistributedPubSub(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _cluster = Cluster.Get(system);
        _settings = DistributedPubSubSettings.Create(system);
        Mediator = IsTerminated ? system.DeadLetters : StartMediator(system);
    }

    /// <summary>The mediator of this node; the dead letters where <see cref="IsTerminated"/>.</summary>
    public IActorRef Mediator { get; }

    /// <summary>Whether there is none: this node's part of the cluster has been shut down, or it does not have the role.</summary>
    public bool IsTerminated => _cluster.IsTerminated || (_settings.Role is not null && !_cluster.SelfRoles.Contains(_settings.Role));

    /// <summary>The publish-subscribe of an actor system.</summary>
    public static DistributedPubSub Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<DistributedPubSub, DistributedPubSubExtensionProvider>();
    }

    /// <summary>The defaults under akka.cluster.pub-sub.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.FromResource<DistributedPubSub>("reference.conf");

    private IActorRef StartMediator(ExtendedActorSystem system)
    {
        var config = system.Settings.Config;
        var name = config.GetString("akka.cluster.pub-sub.name");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new ConfigurationException($"akka.cluster.pub-sub.name is \"{name}\"; allowed is a name that an actor may have.");
        }

        var props = DistributedPubSubMediator.Props(_settings);
        var dispatcher = config.GetString("akka.cluster.pub-sub.use-dispatcher");
        return system.SystemActorOf(string.IsNullOrEmpty(dispatcher) ? props : props.WithDispatcher(dispatcher), name);
    }
}
