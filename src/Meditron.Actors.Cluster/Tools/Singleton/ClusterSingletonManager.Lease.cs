using Meditron.Actors.Actor;
using Meditron.Actors.Coordination;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.Singleton;

public sealed partial class ClusterSingletonManager
{
    private Lease? _lease;
    private bool _mayHoldLease;

    private void PrepareLease()
    {
        if (_settings.LeaseSettings is { } settings)
        {
            _lease = LeaseProvider.Get(Context.System).GetLease(
                $"{Context.System.Name}-singleton-{Self.Path.ToStringWithoutAddress()}", settings.LeaseImplementation, _cluster.SelfAddress.HostPort());
        }
    }

    private void Begin()
    {
        if (_lease is null)
        {
            Run();
            return;
        }

        _tenure = Tenure.TakingLease;
        _mayHoldLease = true;
        var self = Self;
        Attempt(() => _lease.Acquire(cause => self.Tell(new LeaseLost(cause))))
            .PipeTo(self, self, acquired => new LeaseAnswer(acquired, Failure: null), failure => new LeaseAnswer(Acquired: false, failure));
    }

    private void Handle(LeaseAnswer answer)
    {
        if (_tenure != Tenure.TakingLease)
        {
            return;
        }

        if (!answer.Acquired)
        {
            // After a failure it is not known whether it is held.
            _mayHoldLease = answer.Failure is not null;
            if (answer.Failure is { } failure)
            {
                _log.Error(failure, "Failed to acquire lease {0} (will be retried)", _lease!.Settings.LeaseName);
            }
            else
            {
                _log.Info("Lease {0} is held by another owner; trying again in {1}", _lease!.Settings.LeaseName, _settings.LeaseSettings!.LeaseRetryInterval);
            }

            _tenure = Tenure.WithoutLease;
            Timers.StartSingleTimer(ManagerTick.RetryLease, ManagerTick.RetryLease, _settings.LeaseSettings!.LeaseRetryInterval);
        }
        else if (_succession.Decide(_departing).Kind is StandingKind.First)
        {
            Run();
        }
        else
        {
            ReleaseLease();
        }

        Follow();
    }

    private void RetryLease()
    {
        if (_tenure == Tenure.WithoutLease)
        {
            _tenure = Tenure.None;
            Follow();
        }
    }

    private void Handle(LeaseLost lost)
    {
        _log.Warning("Lease {0} is lost: {1}. The singleton is stopped, and the lease asked for again", _lease!.Settings.LeaseName, lost.Cause?.Message ?? "no cause given");
        _mayHoldLease = false;
        End();
        Follow();
    }

    private void ReleaseLease()
    {
        if (!_mayHoldLease || _lease is null)
        {
            _tenure = Tenure.None;
            return;
        }

        _tenure = Tenure.ReleasingLease;
        _mayHoldLease = false;
        Attempt(_lease.Release).PipeTo(Self, Self, _ => new LeaseReleased(Failure: null), failure => new LeaseReleased(failure));
    }

    private void Handle(LeaseReleased released)
    {
        if (released.Failure is { } failure)
        {
            _log.Error(failure, "Failed to release lease {0}; it ends by itself when its time is over", _lease!.Settings.LeaseName);
        }

        if (_tenure == Tenure.ReleasingLease)
        {
            _tenure = Tenure.None;
            Follow();
        }
    }

    private void ForgetLease() => _mayHoldLease = false;

    // The singleton, a child, has stopped by now.
    private void AbandonLease()
    {
        if (_mayHoldLease && _lease is not null)
        {
            _ = Attempt(_lease.Release);
        }
    }

    private static Task<bool> Attempt(Func<Task<bool>> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e)
        {
            return Task.FromException<bool>(e);
        }
    }
}
