using Meditron.Actors.Actor.Supervision;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Creation, failure, restart and end of an actor.</summary>
internal sealed partial class ActorCell
{
    /// <summary>Why the cell has failed and waits for its parent's decision; null while it has not.</summary>
    private Exception? _failure;

    /// <summary>A failure of this cell or of its actor: everything stops until the parent has decided.</summary>
    internal void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IActorRef>? childrenNotToSuspend = null)
    {
        if (_failure is not null)
        {
            return;
        }

        Mailbox.Suspend();
        _failure = cause;
        foreach (var child in Children())
        {
            // The child whose failure is passed on has suspended itself, and is resumed or restarted once.
            if (childrenNotToSuspend?.Contains(child) != true && !child.Equals(FailedPerpetrator))
            {
                child.Suspend();
            }
        }

        Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
    }

    private void HandleCreate(ActorInitializationException? failure)
    {
        if (failure is not null)
        {
            throw failure;
        }

        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            CheckReceiveTimeout(reschedule: true);
            if (SystemImpl.Settings.DebugLifecycle)
            {
                Log(null, LogLevel.DebugLevel, $"Started ({_actor.GetType().FullName})");
            }
        }
        catch (Exception cause)
        {
            TearDownPlugins(_actor);
            _actor = null;
            throw cause as ActorInitializationException ?? new ActorInitializationException(_self, $"Exception during creation of {_self}: {cause.Message}", cause);
        }
    }

    private void FaultSuspend()
    {
        Mailbox.Suspend();
        foreach (var child in Children())
        {
            child.Suspend();
        }
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            // It failed before there was an actor: resuming it means to create it.
            FaultCreate();
            return;
        }

        Mailbox.Resume();
        if (causedByFailure is not null)
        {
            _failure = null;
            _currentMessage = null;
            _currentSender = null;
        }

        foreach (var child in Children())
        {
            child.Resume(causedByFailure is not null && ReferenceEquals(child, FailedPerpetrator) ? causedByFailure : null);
        }

        FailedPerpetrator = null;
    }

    /// <summary>The child whose failure this cell has passed on to its own parent.</summary>
    private IActorRef? FailedPerpetrator { get; set; }

    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        foreach (var child in Children())
        {
            Stop(child);
        }

        if (!WaitForDyingChildren(new SuspendReason.Creation()))
        {
            FinishCreate();
        }
    }

    private void FinishCreate()
    {
        Mailbox.Resume();
        _failure = null;
        try
        {
            HandleCreate(null);
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            Log(null, LogLevel.ErrorLevel, $"changing Recreate into Create after {cause}");
            FaultCreate();
            return;
        }

        if (!IsNormal)
        {
            // Already waiting for children to stop, for a restart or for the end.
            FaultResume(null);
            return;
        }

        var failed = _actor;
        if (SystemImpl.Settings.DebugLifecycle)
        {
            Log(null, LogLevel.DebugLevel, "restarting");
        }

        if (!Mailbox.IsSuspended)
        {
            // Restarted by its parent without a failure of its own: hold the messages back until the new instance stands.
            Mailbox.Suspend();
        }

        try
        {
            failed.AroundPreRestart(cause, _currentMessage!);
        }
        catch (Exception restart)
        {
            var wrapped = new PreRestartException(_self, restart, cause, _currentMessage);
            Log(wrapped, LogLevel.ErrorLevel, wrapped.Message);
        }
        finally
        {
            _async?.Forget();
            TearDownPlugins(failed);
            ReleaseActor(failed);
        }

        if (!WaitForDyingChildren(new SuspendReason.Recreation(cause)))
        {
            FinishRecreate(cause, failed);
        }
    }

    private void FinishRecreate(Exception cause, ActorBase failed)
    {
        var survivors = Children();
        try
        {
            Mailbox.Resume();
            _failure = null;
            FailedPerpetrator = null;
            _currentMessage = null;
            _currentSender = null;
            var fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failed))
            {
                throw new IllegalActorStateException($"The producer of {_self} returned the failed instance again: a producer must make a new actor each time.");
            }

            fresh.AroundPostRestart(cause, null!);
            CheckReceiveTimeout(reschedule: true);
            if (SystemImpl.Settings.DebugLifecycle)
            {
                Log(null, LogLevel.DebugLevel, "restarted");
            }

            foreach (var child in survivors)
            {
                child.Restart(cause);
            }
        }
        catch (Exception failure)
        {
            TearDownPlugins(_actor);
            _actor = null;
            HandleInvokeFailure(new PostRestartException(_self, failure, cause), survivors);
        }
    }

    private void HandleTerminate()
    {
        SetReceiveTimeout(null);
        _async?.Forget();
        foreach (var child in Children())
        {
            Stop(child);
        }

        var wasTerminating = IsTerminating;
        if (WaitForDyingChildren(new SuspendReason.Termination()))
        {
            if (!wasTerminating)
            {
                // No more user messages; the end comes with the last child's.
                Mailbox.Suspend();
                _failure ??= new InvalidOperationException("the actor is terminating");
                if (SystemImpl.Settings.DebugLifecycle)
                {
                    Log(null, LogLevel.DebugLevel, "stopping");
                }
            }
        }
        else
        {
            FinishTerminate();
        }
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception cause)
        {
            Log(cause, LogLevel.ErrorLevel, cause.Message);
        }

        try
        {
            TearDownPlugins(actor);
        }
        catch (Exception cause)
        {
            Log(cause, LogLevel.ErrorLevel, cause.Message);
        }

        Mailbox.Close();
        Parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
        TellWatchersWeDied();
        UnwatchWatchedActors();
        if (SystemImpl.Settings.DebugLifecycle)
        {
            Log(null, LogLevel.DebugLevel, "stopped");
        }

        if (actor is not null)
        {
            ReleaseActor(actor);
        }

        _actor = null;
        _behavior = null;
        _behaviors = null;
        _currentMessage = null;
        _currentSender = null;
        Dispatcher.Detached();
    }

    private void ReleaseActor(ActorBase actor)
    {
        try
        {
            Props.ReleaseActor(actor);
        }
        catch (Exception cause)
        {
            Log(cause, LogLevel.ErrorLevel, $"releasing the actor failed: {cause.Message}");
        }
    }

    private void HandleFailed(Failed failed)
    {
        if (!IsChild(failed.Child) || failed.Child.Path.Uid != failed.Uid)
        {
            Log(null, LogLevel.DebugLevel, $"dropping Failed({failed.Cause}) from {failed.Child}: it is no child (any more)");
            return;
        }

        // A strategy may ask for the sender: the child. What the actor itself was doing is kept for its own restart, or for its asynchronous handler.
        var (message, sender) = (_currentMessage, _currentSender);
        (_currentMessage, _currentSender) = (failed, failed.Child);
        try
        {
            var strategy = _actor?.StrategyFromCell() ?? Actor.SupervisorStrategy.DefaultStrategy;
            if (!strategy.HandleFailure(this, failed.Child, failed.Cause, StatsOf(failed.Child), () => Children().Select(StatsOf).ToArray()))
            {
                FailedPerpetrator = failed.Child;
                HandleInvokeFailure(failed.Cause);
            }
        }
        finally
        {
            (_currentMessage, _currentSender) = (message, sender);
        }
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var reason = RemoveChild(child);
        if (_actor is { } actor)
        {
            try
            {
                actor.StrategyFromCell().HandleChildTerminated(this, child);
            }
            catch (Exception cause)
            {
                Log(cause, LogLevel.ErrorLevel, $"HandleChildTerminated failed: {cause.Message}");
                HandleInvokeFailure(cause);
            }
        }

        switch (reason)
        {
            case SuspendReason.Recreation recreation:
                FinishRecreate(recreation.Cause, _actor!);
                break;
            case SuspendReason.Creation:
                FinishCreate();
                break;
            case SuspendReason.Termination:
                FinishTerminate();
                break;
        }
    }
}
