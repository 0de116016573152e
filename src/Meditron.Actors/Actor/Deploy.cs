using Meditron.Actors.Configuration;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Actor;

/// <summary>Where and how an actor is deployed: given in code, in <c>akka.actor.deployment</c>, or both.</summary>
public class Deploy : IEquatable<Deploy>
{
    /// <summary>No stash size given.</summary>
    public const int NoStashSize = -1;

    /// <summary>No dispatcher given.</summary>
    public static readonly string NoDispatcherGiven = "";

    /// <summary>No mailbox given.</summary>
    public static readonly string NoMailboxGiven = "";

    /// <summary>No scope given.</summary>
    public static readonly Scope NoScopeGiven = LocalScope.Instance;

    /// <summary>In this system, by default.</summary>
    public static readonly Deploy Local = new(Scope.Local);

    /// <summary>Nothing given.</summary>
    public static readonly Deploy None = new();

    /// <summary>Gives nothing.</summary>
    public Deploy()
        : this("", null, null, null, null)
    {
    }

    /// <summary>Gives a path and a scope.</summary>
    public Deploy(string path, Scope scope)
        : this(path, null, null, scope, null)
    {
    }

    /// <summary>Gives a scope.</summary>
    public Deploy(Scope scope)
        : this("", null, null, scope, null)
    {
    }

    /// <summary>Gives a router.</summary>
    public Deploy(RouterConfig routerConfig)
        : this("", null, routerConfig, null, null)
    {
    }

    /// <summary>Gives a router and a scope.</summary>
    public Deploy(RouterConfig routerConfig, Scope scope)
        : this("", null, routerConfig, scope, null)
    {
    }

    /// <summary>Gives all but the mailbox.</summary>
    public Deploy(string path, Config? config, RouterConfig? routerConfig, Scope? scope, string? dispatcher)
        : this(path, config, routerConfig, scope, dispatcher, null)
    {
    }

    /// <summary>Gives all but the stash's capacity.</summary>
    public Deploy(string path, Config? config, RouterConfig? routerConfig, Scope? scope, string? dispatcher, string? mailbox)
        : this(path, config, routerConfig, scope, dispatcher, mailbox, NoStashSize)
    {
    }

    /// <summary>Gives everything.</summary>
    public Deploy(string path, Config? config, RouterConfig? routerConfig, Scope? scope, string? dispatcher, string? mailbox, int stashCapacity)
    {
        Path = path;
        Config = config ?? ConfigurationFactory.Empty;
        RouterConfig = routerConfig ?? NoRouter.Instance;
        Scope = scope ?? NoScopeGiven;
        Dispatcher = dispatcher ?? NoDispatcherGiven;
        Mailbox = mailbox ?? NoMailboxGiven;
        StashCapacity = stashCapacity;
    }

    /// <summary>The path it is for; empty for any.</summary>
    public string Path { get; }

    /// <summary>The configuration it came from.</summary>
    public Config Config { get; }

    /// <summary>The router.</summary>
    public RouterConfig RouterConfig { get; }

    /// <summary>The scope.</summary>
    public Scope Scope { get; }

    /// <summary>The dispatcher's configuration path.</summary>
    public string Dispatcher { get; }

    /// <summary>The mailbox's configuration path.</summary>
    public string Mailbox { get; }

    /// <summary>The number of messages the stash can hold; -1 for none given.</summary>
    public int StashCapacity { get; }

    /// <summary>This deployment, and another where this one says nothing.</summary>
    public virtual Deploy WithFallback(Deploy other) => new(
        Path,
        Config.Equals(other.Config) ? Config : Config.WithFallback(other.Config),
        RouterConfig is NoRouter ? other.RouterConfig : RouterConfig,
        Scope is LocalScope ? other.Scope : Scope,
        Dispatcher == NoDispatcherGiven ? other.Dispatcher : Dispatcher,
        Mailbox == NoMailboxGiven ? other.Mailbox : Mailbox,
        StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity);

    /// <summary>This deployment with a scope.</summary>
    public virtual Deploy WithScope(Scope scope) => new(Path, Config, RouterConfig, scope, Dispatcher, Mailbox, StashCapacity);

    /// <summary>This deployment with a mailbox.</summary>
    public virtual Deploy WithMailbox(string mailbox) => new(Path, Config, RouterConfig, Scope, Dispatcher, mailbox, StashCapacity);

    /// <summary>This deployment with a dispatcher.</summary>
    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, Config, RouterConfig, Scope, dispatcher, Mailbox, StashCapacity);

    /// <summary>This deployment with a router.</summary>
    public virtual Deploy WithRouterConfig(RouterConfig routerConfig) => new(Path, Config, routerConfig, Scope, Dispatcher, Mailbox, StashCapacity);

    /// <summary>This deployment with a stash's capacity.</summary>
    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Config, RouterConfig, Scope, Dispatcher, Mailbox, stashSize);

    /// <inheritdoc/>
    public bool Equals(Deploy? other) => other is not null && Path == other.Path && Dispatcher == other.Dispatcher && Mailbox == other.Mailbox
        && StashCapacity == other.StashCapacity && Scope.Equals(other.Scope) && Equals(RouterConfig, other.RouterConfig);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Deploy);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Dispatcher, Mailbox, StashCapacity);
}
