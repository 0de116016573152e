using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Remote;

/// <summary>Makes the failure detectors that a configuration names.</summary>
public static class FailureDetectorLoader
{
    /// <summary>Makes a detector of the class <paramref name="fqcn"/>; this engine's own take their time from the system.</summary>
    /// <exception cref="ConfigurationException">There is no such class, or it lacks the constructor.</exception>
    public static FailureDetector Load(string fqcn, Config config, ActorSystem system)
    {
        var clock = FailureDetectorClock.Of(((ActorSystemImpl)system).Runtime.Time);
        var type = TypeAliases.Resolve(fqcn, "implementation-class");
        if (type == typeof(PhiAccrualFailureDetector))
        {
            return new PhiAccrualFailureDetector(config, clock);
        }

        if (type == typeof(DeadlineFailureDetector))
        {
            return new DeadlineFailureDetector(config, clock);
        }

        try
        {
            return Activator.CreateInstance(type, config, system.EventStream) as FailureDetector
                ?? throw new ConfigurationException($"{fqcn} is no failure detector: it must derive from {nameof(FailureDetector)}.");
        }
        catch (Exception e) when (e is MissingMethodException or TargetInvocationException)
        {
            throw new ConfigurationException($"The failure detector {fqcn} cannot be made with a Config and an EventStream: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>Makes a detector in the system of an actor.</summary>
    public static FailureDetector LoadFailureDetector(this IActorContext context, string fqcn, Config config)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Load(fqcn, config, context.System);
    }
}
