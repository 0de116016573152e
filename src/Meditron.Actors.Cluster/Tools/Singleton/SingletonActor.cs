using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Describes a singleton for <see cref="ClusterSingleton.Init"/>.</summary>
public class SingletonActor
{
    private SingletonActor(string name, Props props, Option<object> stopMessage, Option<ClusterSingletonSettings> settings)
    {
        Name = name;
        Props = props;
        StopMessage = stopMessage;
        Settings = settings;
    }

    /// <summary>The name of the singleton; the same on all nodes.</summary>
    public string Name { get; }

    /// <summary>The actor of which there is one.</summary>
    public Props Props { get; }

    /// <summary>Sent to it when it has to stop; a PoisonPill if there is none.</summary>
    public Option<object> StopMessage { get; }

    /// <summary>Its settings; those of the configuration if there are none.</summary>
    public Option<ClusterSingletonSettings> Settings { get; }

    /// <summary>Describes a singleton.</summary>
    public static SingletonActor Create(Props props, string name)
    {
        ArgumentNullException.ThrowIfNull(props);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new SingletonActor(name, props, Option<object>.None, Option<ClusterSingletonSettings>.None);
    }

    /// <summary>The same singleton with another actor.</summary>
    public SingletonActor WithProps(Props props) => new(Name, props, StopMessage, Settings);

    /// <summary>The same singleton with a message that makes it stop.</summary>
    public SingletonActor WithStopMessage(object stopMessage) => new(Name, Props, stopMessage, Settings);

    /// <summary>The same singleton with settings of its own.</summary>
    public SingletonActor WithSettings(ClusterSingletonSettings settings) => new(Name, Props, StopMessage, settings);
}
