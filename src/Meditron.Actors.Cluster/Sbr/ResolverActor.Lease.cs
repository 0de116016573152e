using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Coordination;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.SBR;

internal sealed partial class ResolverActor
{
    private Attempt? _attempt;
    private int _attempts;
    private bool _holdsLease;
    private ImmutableSortedSet<UniqueAddress> _removalsAwaited = ImmutableSortedSet<UniqueAddress>.Empty;

    /// <summary>A decision that waits for the lease, with the view it was taken from.</summary>
    private sealed record Attempt(int Number, Decision Decision, SplitView View, bool IsAsked);

    private sealed record LeaseAnswer(int Attempt, bool Held, Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed record LeaseReleased(int Attempt, bool Released, Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed record LeaseLost(Exception? Cause) : INoSerializationVerificationNeeded;

    private sealed record LeaseRegained(bool Held, Exception? Failure) : INoSerializationVerificationNeeded;

    private Lease Lease => _options.Lease ?? throw new InvalidOperationException($"{_options.Name} needs a lease, but has none.");

    private void DecideByLease(Decision decision, SplitView view)
    {
        var plan = DowningPlan.For(_options.Strategy, view, decision);
        if (plan.Nodes.IsEmpty)
        {
            Report(plan, view);
        }
        else if (HoldsLeaseStill())
        {
            Win(decision, view);
        }
        else
        {
            Timers.Cancel(Signal.ReleaseLease);
            _attempt = new Attempt(++_attempts, decision, view, IsAsked: false);
            if (decision.AcquireDelay > TimeSpan.Zero)
            {
                _log.Info("{0}: {1}, after [{2}]", _options.Name, decision.Reason, decision.AcquireDelay);
                Timers.StartSingleTimer(Signal.AcquireLease, Signal.AcquireLease, decision.AcquireDelay);
            }
            else
            {
                AcquireLease();
            }
        }
    }

    private bool HoldsLeaseStill()
    {
        try
        {
            return Lease.CheckLease();
        }
        catch (Exception e)
        {
            _log.Warning(e, "The lease [{0}] cannot be checked; it is asked for instead", Lease.Settings.LeaseName);
            return false;
        }
    }

    private void AcquireLease()
    {
        if (_attempt is not { IsAsked: false } attempt)
        {
            return;
        }

        _attempt = attempt with { IsAsked = true };
        Timers.StartSingleTimer(Signal.AcquireTimedOut, Signal.AcquireTimedOut, Lease.Settings.TimeoutSettings.OperationTimeout + ResolverOptions.Patience);
        var number = attempt.Number;
        Ask(TakeLease(), held => new LeaseAnswer(number, held, null), e => new LeaseAnswer(number, false, e));
    }

    private Func<Task<bool>> TakeLease()
    {
        var (lease, self) = (Lease, Self);
        return () => lease.Acquire(cause => self.Tell(new LeaseLost(cause)));
    }

    private void Lost(LeaseLost lost)
    {
        if (_holdsLease && _attempt is null)
        {
            _log.Warning(lost.Cause, "The lease [{0}] is lost before the others are known to be gone; it is asked for again", Lease.Settings.LeaseName);
            RegainLease();
        }
    }

    // Who gets it meanwhile takes this side for the one that has lost, and so it must be.
    private void RegainLease()
    {
        if (_holdsLease && _attempt is null)
        {
            Timers.Cancel(Signal.ReleaseLease);
            Timers.StartSingleTimer(Signal.RegainLease, Signal.RegainLease, Lease.Settings.TimeoutSettings.OperationTimeout + ResolverOptions.Patience);
            Ask(TakeLease(), held => new LeaseRegained(held, null), e => new LeaseRegained(false, e));
        }
    }

    private void Regained(LeaseRegained answer)
    {
        if (!_holdsLease || _attempt is not null || answer.Failure is not null)
        {
            // Asked again when its time is over, or not needed any more.
            return;
        }

        Timers.Cancel(Signal.RegainLease);
        if (answer.Held)
        {
            _log.Info("Acquired the lease [{0}] again", Lease.Settings.LeaseName);
            WatchRemovals();
            return;
        }

        _holdsLease = false;
        _removalsAwaited = _removalsAwaited.Clear();
        var decision = new Decision(DecisionKind.DownReachable, "the lease was lost, and another side holds it now");
        Act(DowningPlan.For(_options.Strategy, _view, decision), _view);
    }

    private void Acquired(LeaseAnswer answer)
    {
        if (_attempt is not { IsAsked: true } attempt || attempt.Number != answer.Attempt)
        {
            if (answer.Held && !_holdsLease)
            {
                // Too late: this side has given way meanwhile, so whoever asks next may have it.
                _log.Warning("The lease [{0}] was acquired too late and is released", Lease.Settings.LeaseName);
                Ask(Lease.Release, released => new LeaseReleased(answer.Attempt, released, null), e => new LeaseReleased(answer.Attempt, false, e));
            }

            return;
        }

        Timers.Cancel(Signal.AcquireTimedOut);
        _attempt = null;
        if (answer.Held || (answer.Failure is not null && EngineAccess.RuntimeOf(Context.System).IsPlanted(PlantedBug.LeaseTakenForGranted)))
        {
            _log.Info("Acquired the lease [{0}] as [{1}]", Lease.Settings.LeaseName, Lease.Settings.OwnerName);
            Win(attempt.Decision, attempt.View);
        }
        else if (answer.Failure is { } failure)
        {
            _log.Error(failure, "It is not known whether the lease [{0}] was acquired", Lease.Settings.LeaseName);
            Lose(attempt, $"the lease could not be acquired: {failure.Message}");
        }
        else
        {
            Lose(attempt, "another side holds the lease");
        }
    }

    private void AcquireTimedOut()
    {
        if (_attempt is { IsAsked: true } attempt)
        {
            _attempt = null;
            Lose(attempt, $"the lease has not answered in {Lease.Settings.TimeoutSettings.OperationTimeout + ResolverOptions.Patience}");
        }
    }

    // The decision is carried out for the view it was taken from: the other side has lost by it, whatever it looks like by now.
    private void Win(Decision decision, SplitView view)
    {
        var plan = DowningPlan.For(_options.Strategy, view, decision);
        _holdsLease = true;
        Timers.Cancel(Signal.ReleaseLease);
        _removalsAwaited = _removalsAwaited.Union(plan.Nodes);
        Act(plan, view);
        WatchRemovals();
    }

    private void Lose(Attempt attempt, string reason)
    {
        _holdsLease = false;
        _removalsAwaited = _removalsAwaited.Clear();
        Act(DowningPlan.For(_options.Strategy, attempt.View, attempt.Decision.Reverse(reason)), attempt.View);
    }

    // The others are back before the lease was asked for: it need not be.
    private void ForgetAttemptIfHealed()
    {
        if (_attempt is { IsAsked: false })
        {
            _attempt = null;
            Timers.Cancel(Signal.AcquireLease);
        }
    }

    private void WatchRemovals()
    {
        if (!_holdsLease)
        {
            return;
        }

        _removalsAwaited = _removalsAwaited.Intersect(_view.Members.Select(m => m.UniqueAddress));
        if (_removalsAwaited.IsEmpty && _attempt is null && !Timers.IsTimerActive(Signal.ReleaseLease) && !Timers.IsTimerActive(Signal.RegainLease))
        {
            Timers.StartSingleTimer(Signal.ReleaseLease, Signal.ReleaseLease, _options.ReleaseAfter);
        }
    }

    private void ReleaseLease()
    {
        if (_holdsLease && _attempt is null)
        {
            // Until it has been answered, it is asked again.
            Timers.StartSingleTimer(Signal.ReleaseLease, Signal.ReleaseLease, Lease.Settings.TimeoutSettings.OperationTimeout + ResolverOptions.Patience);
            var number = _attempts;
            Ask(Lease.Release, released => new LeaseReleased(number, released, null), e => new LeaseReleased(number, false, e));
        }
    }

    private void Released(LeaseReleased answer)
    {
        if (!_holdsLease || answer.Attempt != _attempts)
        {
            return;
        }

        if (answer.Released)
        {
            _holdsLease = false;
            Timers.Cancel(Signal.ReleaseLease);
            _log.Info("Released the lease [{0}]", Lease.Settings.LeaseName);
        }
        else
        {
            _log.Warning(answer.Failure, "The lease [{0}] is not released yet; it is tried again", Lease.Settings.LeaseName);
        }
    }

    private void Ask(Func<Task<bool>> operation, Func<bool, object> success, Func<Exception, object> failure)
    {
        try
        {
            operation().PipeTo(Self, Self, success, failure);
        }
        catch (Exception e)
        {
            Self.Tell(failure(e));
        }
    }
}
