using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>Makes the strategy of the user guardian; named in <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    /// <summary>Made by its subclasses.</summary>
    protected SupervisorStrategyConfigurator()
    {
    }

    /// <summary>Makes the strategy.</summary>
    public abstract SupervisorStrategy Create();

    /// <summary>Makes a configurator from the name of its type.</summary>
    /// <exception cref="ConfigurationException">There is no such configurator.</exception>
    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName)
    {
        switch (typeName)
        {
            case "Akka.Actor.DefaultSupervisorStrategy":
                return new DefaultSupervisorStrategy();
            case "Akka.Actor.StoppingSupervisorStrategy":
                return new StoppingSupervisorStrategy();
            default:
                return TypeAliases.TryResolve(typeName) is { } type && typeof(SupervisorStrategyConfigurator).IsAssignableFrom(type)
                    ? (SupervisorStrategyConfigurator)Activator.CreateInstance(type)!
                    : throw new ConfigurationException($"akka.actor.guardian-supervisor-strategy is '{typeName}': there is no such SupervisorStrategyConfigurator. Write it as \"Namespace.Type, Assembly\".");
        }
    }
}

/// <summary>The default strategy.</summary>
public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

/// <summary>Stops every failed actor.</summary>
public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
