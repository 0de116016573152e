using Meditron.Actors.Actor;
using Meditron.Actors.Coordination;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Sql;
using Meditron.Actors.Persistence.Sql.Database;
using Meditron.Actors.Util;

namespace Meditron.Actors.Persistence.Leases;

/// <summary>
/// A lease that is a row of a database: its owner gives signs of life, and loses it after a time without one. What the owner believes ends
/// before what the database says: its own time runs from before each sign of life was sent.
/// </summary>
internal sealed class SqlLease : Lease
{
    private readonly ExtendedActorSystem _system;
    private readonly EngineRuntime _runtime;
    private readonly ILoggingAdapter _log;
    private readonly ILeaseRows _rows;
    private readonly Lock _lock = new();

    /// <summary>The end of the operation before: one at a time, in the order they were asked for.</summary>
    private Task _last = Task.CompletedTask;
    private Holding? _holding;

    public SqlLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings)
    {
        _system = system;
        _runtime = ((ActorSystemImpl)system).Runtime;
        _log = Logging.GetLogger(system, $"lease/{settings.LeaseName}");
        _rows = SqlStores.Of(system).OpenLeases(system, new SqlLeaseSettings(settings.LeaseConfig), _log);
        system.RegisterOnTermination(Close);
    }

    private TimeSpan Lifetime => Settings.TimeoutSettings.HeartbeatTimeout;

    public override Task<bool> Acquire() => Acquire(static _ => { });

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback)
    {
        ArgumentNullException.ThrowIfNull(leaseLostCallback);
        return InTurn(() => TryAcquire(leaseLostCallback));
    }

    public override Task<bool> Release() => InTurn(TryRelease);

    public override bool CheckLease()
    {
        lock (_lock)
        {
            return _holding is { } holding && !IsOver(holding);
        }
    }

    private async Task<bool> TryAcquire(Action<Exception?> lost)
    {
        var sent = _runtime.Time.GetTimestamp();
        LeaseRow row;
        try
        {
            row = await _rows.TryAcquireAsync(Settings.LeaseName, Settings.OwnerName, Lifetime, Settings.TimeoutSettings.OperationTimeout);
        }
        catch (SqlStoreException cause)
        {
            throw new LeaseTimeoutException($"It is not known whether {Settings.OwnerName} holds the lease {Settings.LeaseName}: {cause.Message}", cause);
        }

        if (row.Owner != Settings.OwnerName)
        {
            _log.Info("The lease {0} is held by {1}.", Settings.LeaseName, row.Owner);
            return false;
        }

        Holding holding;
        lock (_lock)
        {
            _holding?.Timer?.Cancel();
            _holding = holding = new Holding(lost) { Renewed = sent };
        }

        if (IsOver(holding))
        {
            // The answer took longer than the lease lasts.
            Lose(holding, null);
            return false;
        }

        ScheduleHeartbeat(holding);
        return true;
    }

    private async Task<bool> TryRelease()
    {
        lock (_lock)
        {
            _holding?.Timer?.Cancel();
            _holding = null;
        }

        try
        {
            await _rows.ReleaseAsync(Settings.LeaseName, Settings.OwnerName, Settings.TimeoutSettings.OperationTimeout);
            return true;
        }
        catch (SqlStoreException cause)
        {
            throw new LeaseTimeoutException($"The lease {Settings.LeaseName} could not be released, and ends {Lifetime.TotalSeconds:0.#} s after the last sign of life: {cause.Message}", cause);
        }
    }

    private Task<bool> InTurn(Func<Task<bool>> operation)
    {
        var promise = _runtime.NewPromise<bool>();
        Task before;
        lock (_lock)
        {
            (before, _last) = (_last, promise.Task);
        }

        before.OnCompleted(_ =>
        {
            try
            {
                operation().OnCompleted(ended => promise.CompleteFrom((Task<bool>)ended));
            }
            catch (Exception cause)
            {
                promise.TrySetException(cause);
            }
        });
        return promise.Task;
    }

    private void ScheduleHeartbeat(Holding holding)
    {
        var left = Lifetime - _runtime.Time.GetElapsedTime(holding.Renewed);
        var pause = left < Settings.TimeoutSettings.HeartbeatInterval ? left : Settings.TimeoutSettings.HeartbeatInterval;
        var timer = _system.Scheduler.Advanced.ScheduleOnceCancelable(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, () => Heartbeat(holding));
        lock (_lock)
        {
            holding.Timer = timer;
            if (!ReferenceEquals(_holding, holding))
            {
                timer.Cancel();
            }
        }
    }

    private void Heartbeat(Holding holding)
    {
        if (IsOver(holding))
        {
            Lose(holding, holding.Failure);
            return;
        }

        var sent = _runtime.Time.GetTimestamp();
        var left = Lifetime - _runtime.Time.GetElapsedTime(holding.Renewed);
        var timeout = left < Settings.TimeoutSettings.OperationTimeout ? left : Settings.TimeoutSettings.OperationTimeout;
        _rows.RenewAsync(Settings.LeaseName, Settings.OwnerName, timeout).OnCompleted(ended =>
        {
            if (ended.IsCompletedSuccessfully && !((Task<bool>)ended).Result)
            {
                Lose(holding, new LeaseException($"The lease {Settings.LeaseName} has another owner than {Settings.OwnerName} now."));
                return;
            }

            lock (_lock)
            {
                if (ended.IsCompletedSuccessfully)
                {
                    (holding.Renewed, holding.Failure) = (sent, null);
                }
                else
                {
                    holding.Failure = ended.Failure();
                }
            }

            if (holding.Failure is { } failure)
            {
                _log.Warning(
                    "The lease {0} could not be renewed, and is lost {1} s after the last sign of life if that goes on: {2}", Settings.LeaseName, Lifetime.TotalSeconds, failure.Message);
            }

            ScheduleHeartbeat(holding);
        });
    }

    private bool IsOver(Holding holding) => _runtime.Time.GetElapsedTime(holding.Renewed) >= Lifetime;

    private void Lose(Holding holding, Exception? cause)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_holding, holding))
            {
                return;
            }

            _holding = null;
        }

        _log.Warning("The lease {0} is lost by {1}{2}", Settings.LeaseName, Settings.OwnerName, cause is null ? "." : $": {cause.Message}");
        holding.Lost(cause);
    }

    private void Close()
    {
        lock (_lock)
        {
            _holding?.Timer?.Cancel();
            _holding = null;
        }

        _rows.Dispose();
    }

    /// <summary>One time of holding the lease.</summary>
    private sealed class Holding(Action<Exception?> lost)
    {
        public Action<Exception?> Lost { get; } = lost;

        /// <summary>When the last sign of life that arrived was sent, on the runtime's clock.</summary>
        public long Renewed { get; set; }

        /// <summary>Why the last sign of life did not arrive.</summary>
        public Exception? Failure { get; set; }

        public ICancelable? Timer { get; set; }
    }
}
