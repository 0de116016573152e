using Meditron.Actors.Actor.Supervision;

namespace Meditron.Actors.Actor;

/// <summary>The children of a cell.</summary>
internal sealed partial class ActorCell
{
    private Dictionary<string, IInternalActorRef>? _children;
    private Dictionary<IInternalActorRef, ChildRestartStats>? _restarts;
    private HashSet<IActorRef>? _dying;
    private SuspendReason? _terminating;
    private long _nextName;

    /// <summary>Why a cell waits for its children to stop.</summary>
    private abstract record SuspendReason
    {
        public sealed record Recreation(Exception Cause) : SuspendReason;

        public sealed record Creation : SuspendReason;

        public sealed record Termination : SuspendReason;
    }

    private bool IsNormal => _terminating is null;

    private bool IsTerminating => _terminating is SuspendReason.Termination;

    public IEnumerable<IActorRef> GetChildren() => Children();

    /// <summary>The children, in the order they were created.</summary>
    public IReadOnlyList<IInternalActorRef> Children()
    {
        var children = Volatile.Read(ref _children);
        if (children is null)
        {
            return [];
        }

        lock (children)
        {
            return children.Values.ToArray();
        }
    }

    public IActorRef Child(string name) => GetSingleChild(name);

    public IInternalActorRef GetSingleChild(string name)
    {
        var (childName, uid) = ActorPath.SplitUid(name);
        var children = Volatile.Read(ref _children);
        if (children is not null)
        {
            lock (children)
            {
                if (children.TryGetValue(childName, out var child) && (uid == 0 || uid == child.Path.Uid))
                {
                    return child;
                }
            }
        }

        return ActorRefs.Nobody;
    }

    /// <summary>Creates a child; callable from any thread for the guardians, from the actor's own for all others.</summary>
    public IInternalActorRef AttachChild(Props props, bool isSystemService, string? name = null)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                name.Length == 0 ? "Actor name must not be empty." : $"Illegal actor name '{name}' for a child of {_self.Path}: a name consists of letters, digits and {ActorPath.ValidSymbols}, and does not start with $.");
        }

        var children = EnsureChildren();
        IInternalActorRef child;
        lock (children)
        {
            if (IsTerminating || Mailbox.IsClosed)
            {
                throw new InvalidOperationException($"Cannot create child actor '{name ?? props.TypeName}' while {_self.Path} is terminating or terminated.");
            }

            name ??= Base64Name(_nextName++);
            if (children.ContainsKey(name))
            {
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique among the children of {_self.Path}: choose another, or wait for Terminated of the one before.");
            }

            var path = new ChildActorPath(_self.Path, name, SystemImpl.NextUid());
            child = SystemImpl.Provider.ActorOf(SystemImpl, props, _self, path, isSystemService);
            children.Add(name, child);
        }

        // Suspended with its parent, it must wait for the parent's resumption.
        if (_failure is not null && Mailbox.IsSuspended)
        {
            child.Suspend();
        }

        child.Start();
        return child;
    }

    private Dictionary<string, IInternalActorRef> EnsureChildren() =>
        Volatile.Read(ref _children) ?? Interlocked.CompareExchange(ref _children, new Dictionary<string, IInternalActorRef>(StringComparer.Ordinal), null) ?? _children!;

    private static string Base64Name(long number)
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        Span<char> text = stackalloc char[13];
        var length = 0;
        text[length++] = '$';
        do
        {
            text[length++] = digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number != 0);

        return new string(text[..length]);
    }

    private bool IsChild(IActorRef actor)
    {
        if (_children is null)
        {
            return false;
        }

        lock (_children)
        {
            return _children.TryGetValue(actor.Path.Name, out var child) && child.Equals(actor);
        }
    }

    /// <summary>How often a child has been restarted; kept from its first failure on.</summary>
    private ChildRestartStats StatsOf(IInternalActorRef child)
    {
        _restarts ??= [];
        if (!_restarts.TryGetValue(child, out var stats))
        {
            stats = new ChildRestartStats(child);
            _restarts.Add(child, stats);
        }

        return stats;
    }

    /// <summary>Waits for the dying children, if there are any; the reason says what follows.</summary>
    private bool WaitForDyingChildren(SuspendReason reason)
    {
        // A guardian gets children from other threads: its table must exist for them to see the end in it.
        var children = _self.Path.Depth <= 1 ? EnsureChildren() : _children;
        if (children is null)
        {
            _terminating = reason as SuspendReason.Termination;
            return false;
        }

        lock (children)
        {
            var waits = _dying is { Count: > 0 };
            _terminating = waits ? reason : reason as SuspendReason.Termination;
            return waits;
        }
    }

    /// <summary>Takes out a stopped child; gives the reason the cell was waiting for, once the last dying child is gone.</summary>
    private SuspendReason? RemoveChild(IActorRef child)
    {
        lock (_children!)
        {
            _children.Remove(child.Path.Name);
            _restarts?.Remove((IInternalActorRef)child);
            _dying?.Remove(child);
            if (_terminating is null || _dying is { Count: > 0 })
            {
                return null;
            }

            var reason = _terminating;
            if (reason is not SuspendReason.Termination)
            {
                _terminating = null;
            }

            return reason;
        }
    }
}
