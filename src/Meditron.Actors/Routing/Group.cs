using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A router to actors that exist already, found by their paths.</summary>
public abstract class Group : RouterConfig, IEquatable<Group>
{
    /// <summary>The routees' paths.</summary>
    protected readonly string[] InternalPaths;

    /// <summary>Creates a group of paths.</summary>
    protected Group(IEnumerable<string> paths, string routerDispatcher)
        : base(routerDispatcher)
    {
        InternalPaths = paths?.ToArray() ?? [];
    }

    /// <summary>The routees' paths in an actor system.</summary>
    public abstract IEnumerable<string> GetPaths(ActorSystem system);

    /// <summary>Props of this group.</summary>
    public Props Props() => Actor.Props.Empty.WithRouter(this);

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => new RouterActor();

    /// <inheritdoc/>
    public bool Equals(Group? other) => Equals((RouterConfig?)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RouterConfig);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), InternalPaths.Length);

    internal static IEnumerable<string> PathsOf(Config config)
    {
        IList<string> paths = config.GetStringList("routees.paths");
        return paths.Count > 0
            ? paths
            : throw new ConfigurationException("routees.paths of a group router's deployment is empty; it lists the paths of the actors to route to.");
    }

    internal override Routee[] InitialRoutees(ActorSystemImpl system, ActorCell cell, Props routeeProps) =>
        [.. GetPaths(system).Select(path => new ActorSelectionRoutee(system.ActorSelection(path)))];

    internal override bool SameSettings(RouterConfig other) => other is Group group && base.SameSettings(other) && InternalPaths.SequenceEqual(group.InternalPaths);
}
