using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster;

/// <summary>Makes the downing provider that the configuration names.</summary>
internal static class DowningProviders
{
    private const string Key = "akka.cluster.downing-provider-class";

    public static IDowningProvider Load(string className, ActorSystem system, Cluster cluster)
    {
        if (className.Length == 0)
        {
            return new NoDowning(system, cluster);
        }

        var type = TypeAliases.Resolve(className, Key);
        if (!typeof(IDowningProvider).IsAssignableFrom(type))
        {
            throw new ConfigurationException($"{Key} is \"{className}\", but {type} does not implement IDowningProvider.");
        }

        try
        {
            return (IDowningProvider)(Activator.CreateInstance(type, system, cluster)
                ?? throw new ConfigurationException($"{Key} is \"{className}\", which cannot be made."));
        }
        catch (MissingMethodException e)
        {
            throw new ConfigurationException($"{Key} is \"{className}\", but {type} has no public constructor (ActorSystem, Cluster).", e);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw new ConfigurationException($"{Key} is \"{className}\", whose constructor failed: {e.InnerException.Message}", e.InnerException);
        }
    }
}
