using System.Collections.Concurrent;

namespace Meditron.Actors.Actor;

/// <summary>A place in the tree without an actor, for references that are found by path: promises of asks, for one.</summary>
internal sealed class VirtualPathContainer(IActorRefProvider provider, ActorPath path, IInternalActorRef parent) : MinimalActorRef
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new(StringComparer.Ordinal);

    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override IInternalActorRef Parent { get; } = parent;

    public void AddChild(string name, IInternalActorRef child) => _children[name] = child;

    public void RemoveChild(string name) => _children.TryRemove(name, out _);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        if (name.Count == 0 || name.All(string.IsNullOrEmpty))
        {
            return this;
        }

        if (name[0].Length == 0)
        {
            return GetChild(name.Skip(1).ToArray());
        }

        var (first, _) = ActorPath.SplitUid(name[0]);
        if (!_children.TryGetValue(first, out var child))
        {
            return ActorRefs.Nobody;
        }

        return name.Count == 1 ? child : child.GetChild(name.Skip(1).ToArray());
    }
}
