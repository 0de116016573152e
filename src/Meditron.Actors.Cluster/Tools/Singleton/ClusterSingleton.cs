using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Starts singletons with their managers and proxies: one call on each node, which gives a reference that finds the singleton wherever it is.</summary>
public class ClusterSingleton : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _managers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IActorRef> _proxies = new(StringComparer.Ordinal);

    /// <summary>Makes the extension; use <see cref="Get"/> instead.</summary>
    public ClusterSingleton(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
    }

    /// <summary>The singletons of an actor system.</summary>
    public static ClusterSingleton Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ClusterSingleton, ClusterSingletonProvider>();
    }

    /// <summary>Starts a manager, where this node has the singleton's role, and a proxy, which is the result. Called again for the same name it gives the same proxy.</summary>
    public IActorRef Init(SingletonActor singleton)
    {
        ArgumentNullException.ThrowIfNull(singleton);
        var settings = singleton.Settings.HasValue ? singleton.Settings.Value : ClusterSingletonSettings.Create(_system);
        var manager = $"singletonManager{singleton.Name}";
        lock (_lock)
        {
            if ((string.IsNullOrEmpty(settings.Role) || Cluster.Get(_system).SelfRoles.Contains(settings.Role)) && _managers.Add(singleton.Name))
            {
                _system.SystemActorOf(
                    ClusterSingletonManager.Props(singleton.Props, singleton.StopMessage.GetOrElse(PoisonPill.Instance), settings.ToManagerSettings(singleton.Name)),
                    manager);
            }

            if (!_proxies.TryGetValue(singleton.Name, out var proxy))
            {
                proxy = _system.SystemActorOf(
                    ClusterSingletonProxy.Props($"/system/{manager}", settings.ToProxySettings(singleton.Name)), $"singletonProxy{singleton.Name}");
                _proxies[singleton.Name] = proxy;
            }

            return proxy;
        }
    }
}
