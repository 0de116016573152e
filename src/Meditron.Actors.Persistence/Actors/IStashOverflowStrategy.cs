using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence;

/// <summary>What becomes of a message that a persistent actor's own stash cannot hold.</summary>
public interface IStashOverflowStrategy;

/// <summary>Makes the strategy that a configuration names.</summary>
public interface IStashOverflowStrategyConfigurator
{
    /// <summary>Makes the strategy.</summary>
    IStashOverflowStrategy Create(Config config);
}

/// <summary>The message goes to the dead letters.</summary>
public class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    private DiscardToDeadLetterStrategy()
    {
    }

    /// <summary>The one instance.</summary>
    public static DiscardToDeadLetterStrategy Instance { get; } = new();
}

/// <summary>The actor fails with a <see cref="Actor.StashOverflowException"/>.</summary>
public class ThrowOverflowExceptionStrategy : IStashOverflowStrategy
{
    private ThrowOverflowExceptionStrategy()
    {
    }

    /// <summary>The one instance.</summary>
    public static ThrowOverflowExceptionStrategy Instance { get; } = new();
}

/// <summary>The sender gets a reply instead.</summary>
public sealed class ReplyToStrategy : IStashOverflowStrategy
{
    /// <summary>Makes the strategy with its reply.</summary>
    public ReplyToStrategy(object response) => Response = response;

    /// <summary>The reply.</summary>
    public object Response { get; }
}

/// <summary>Makes the <see cref="ThrowOverflowExceptionStrategy"/>.</summary>
public sealed class ThrowExceptionConfigurator : IStashOverflowStrategyConfigurator
{
    /// <inheritdoc/>
    public IStashOverflowStrategy Create(Config config) => ThrowOverflowExceptionStrategy.Instance;
}

/// <summary>Makes the <see cref="DiscardToDeadLetterStrategy"/>.</summary>
public sealed class DiscardConfigurator : IStashOverflowStrategyConfigurator
{
    /// <inheritdoc/>
    public IStashOverflowStrategy Create(Config config) => DiscardToDeadLetterStrategy.Instance;
}
