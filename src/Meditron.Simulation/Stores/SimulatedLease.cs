namespace Meditron.Simulation.Stores;

/// <summary>A lease in the database: renewed while it is held, and counted as lost by its owner before anybody else could get it.</summary>
internal sealed class SimulatedLease : Lease
{
    private readonly IStore _store;
    private readonly ExtendedActorSystem _system;
    private Tenure? _tenure;

    public SimulatedLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings)
    {
        _system = system;
        _store = StoreSetup.Of(system).Shared;
    }

    private TimeSpan Now => _system.Scheduler.MonotonicClock;

    private TimeSpan SilentFor => Settings.TimeoutSettings.HeartbeatTimeout;

    public override Task<bool> Acquire() => Acquire(static _ => { });

    public override async Task<bool> Acquire(Action<Exception?> leaseLostCallback)
    {
        var asked = Now;
        if (!await Ask(new TakeLease(Settings.LeaseName, Settings.OwnerName, SilentFor.Ticks)))
        {
            return false;
        }

        _tenure?.End();
        _tenure = new Tenure(leaseLostCallback) { HeldUntil = asked + SilentFor };
        RenewLater(_tenure);
        return true;
    }

    public override async Task<bool> Release()
    {
        _tenure?.End();
        _tenure = null;
        return !await Ask(new GiveLease(Settings.LeaseName, Settings.OwnerName));
    }

    public override bool CheckLease() => _tenure is { } tenure && tenure.HeldUntil > Now;

    private void RenewLater(Tenure tenure) =>
        tenure.Renewal = _system.Scheduler.Advanced.ScheduleOnceCancelable(Settings.TimeoutSettings.HeartbeatInterval, () => _ = Renew(tenure));

    private async Task Renew(Tenure tenure)
    {
        var asked = Now;
        Exception? cause = null;
        try
        {
            var held = await Ask(new RenewLease(Settings.LeaseName, Settings.OwnerName));
            tenure.HeldUntil = held ? asked + SilentFor : asked;
        }
        catch (LeaseException e)
        {
            cause = e;
        }

        if (tenure != _tenure)
        {
            return;
        }

        // After one more failure the time could be over.
        if (tenure.HeldUntil <= Now + (2 * Settings.TimeoutSettings.HeartbeatInterval))
        {
            _tenure = null;
            tenure.Lost(cause);
            return;
        }

        RenewLater(tenure);
    }

    private async Task<bool> Ask(StoreRequest request)
    {
        try
        {
            return ((LeaseHeld)await _store.Ask(request)).IsHeld;
        }
        catch (IOException e)
        {
            throw new LeaseException($"Lease {Settings.LeaseName} of {Settings.OwnerName}: {request.GetType().Name} has failed: {e.Message}", e);
        }
    }

    private sealed class Tenure(Action<Exception?> lost)
    {
        public TimeSpan HeldUntil { get; set; }

        public ICancelable? Renewal { get; set; }

        public Action<Exception?> Lost { get; } = lost;

        public void End() => Renewal?.Cancel();
    }
}
