using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Watching other actors, and being watched.</summary>
internal sealed partial class ActorCell
{
    // Lists in the order of watching: who is told of an end, and in which order, must not depend on hash codes.
    private Dictionary<IActorRef, object?>? _watching;
    private List<IInternalActorRef>? _watchedBy;
    private Dictionary<IActorRef, object?>? _terminatedQueued;

    public IActorRef Watch(IActorRef subject)
    {
        var watchee = (IInternalActorRef)subject;
        if (!watchee.Equals(_self) && !(_watching?.ContainsKey(watchee) ?? false))
        {
            watchee.SendSystemMessage(new Watch(watchee, _self));
            (_watching ??= []).Add(watchee, null);
        }

        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        var watchee = (IInternalActorRef)subject;
        if (watchee.Equals(_self))
        {
            return subject;
        }

        if (_watching?.TryGetValue(watchee, out var previous) == true)
        {
            if (!Equals(previous, message))
            {
                throw new InvalidOperationException(
                    $"{_self} cannot watch {subject} with the message '{message}': it watches it already {(previous is null ? "without a message" : $"with '{previous}'")}. Unwatch it first.");
            }

            return subject;
        }

        watchee.SendSystemMessage(new Watch(watchee, _self));
        (_watching ??= []).Add(watchee, message);
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        var watchee = (IInternalActorRef)subject;
        if (_watching?.Remove(watchee) == true)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, _self));
        }

        _terminatedQueued?.Remove(subject);
        return subject;
    }

    /// <summary>The notice of an end has come up in the mailbox; it is dropped if the actor has ended watching meanwhile.</summary>
    private void ReceivedTerminated(Terminated terminated)
    {
        if (_terminatedQueued?.Remove(terminated.ActorRef, out var message) == true)
        {
            ReceiveMessage(message ?? terminated);
        }
    }

    /// <summary>A stashed <see cref="Terminated"/> goes back into the mailbox: it is to be received once more.</summary>
    internal void TerminatedQueuedFor(IActorRef subject) => (_terminatedQueued ??= [])[subject] = null;

    private void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching?.Remove(actor, out var message) == true && !IsTerminating)
        {
            (_terminatedQueued ??= [])[actor] = message;
            _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
        }

        if (IsChild(actor))
        {
            HandleChildTerminated(actor);
        }
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var watcheeSelf = watchee.Equals(_self);
        var watcherSelf = watcher.Equals(_self);
        if (watcheeSelf && !watcherSelf)
        {
            _watchedBy ??= [];
            if (!_watchedBy.Contains(watcher))
            {
                _watchedBy.Add(watcher);
            }
        }
        else if (!watcheeSelf && watcherSelf)
        {
            Watch(watchee);
        }
        else
        {
            Log(null, LogLevel.WarningLevel, $"BUG: illegal Watch({watchee},{watcher}) for {_self}");
        }
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        var watcheeSelf = watchee.Equals(_self);
        var watcherSelf = watcher.Equals(_self);
        if (watcheeSelf && !watcherSelf)
        {
            _watchedBy?.Remove(watcher);
        }
        else if (!watcheeSelf && watcherSelf)
        {
            Unwatch(watchee);
        }
        else
        {
            Log(null, LogLevel.WarningLevel, $"BUG: illegal Unwatch({watchee},{watcher}) for {_self}");
        }
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null)
        {
            return;
        }

        // Remote watchers first: what a local watcher does about the end may stop the system's own remoting.
        foreach (var watcher in _watchedBy.Where(static w => !w.IsLocal).Concat(_watchedBy.Where(static w => w.IsLocal)).ToArray())
        {
            if (!watcher.Equals(Parent))
            {
                watcher.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
            }
        }

        _watchedBy = null;
    }

    private void UnwatchWatchedActors()
    {
        if (_watching is null)
        {
            return;
        }

        foreach (var watchee in _watching.Keys.Cast<IInternalActorRef>().ToArray())
        {
            watchee.SendSystemMessage(new Unwatch(watchee, _self));
        }

        _watching = null;
        _terminatedQueued = null;
    }
}
