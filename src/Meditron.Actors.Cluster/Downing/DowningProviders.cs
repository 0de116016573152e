using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster;

/// <summary>Makes the downing provider that the configuration names.</summary>
internal static class DowningProviders
{
    private const string Key = "akka.cluster.downing-provider-class";

    public static IDowningProvider Load(Type type, ActorSystem system, Cluster cluster)
    {
        if (!typeof(IDowningProvider).IsAssignableFrom(type))
        {
            throw new ConfigurationException($"{Key} names {type}, which does not implement IDowningProvider.");
        }

        try
        {
            return (IDowningProvider)(Activator.CreateInstance(type, system, cluster)
                ?? throw new ConfigurationException($"{Key} names {type}, which cannot be made."));
        }
        catch (MissingMethodException e)
        {
            throw new ConfigurationException($"{Key} names {type}, which has no public constructor (ActorSystem, Cluster).", e);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw e.InnerException is ConfigurationException inner
                ? new ConfigurationException(inner.Message, inner)
                : new ConfigurationException($"{Key} names {type}, whose constructor failed: {e.InnerException.Message}", e.InnerException);
        }
    }
}
