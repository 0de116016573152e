using Meditron.Actors.Actor;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Who holds the lease of a world.</summary>
internal sealed class WorldLeaseStore
{
    public string? Owner { get; set; }

    /// <summary>Who has held it, in order.</summary>
    public List<string> Owners { get; } = [];
}

/// <summary>A lease that all systems of a world share, and that answers after a while.</summary>
internal sealed class WorldLease(LeaseSettings settings, ExtendedActorSystem system) : Lease(settings)
{
    private readonly WorldLeaseStore _store = system.Settings.Setup.Get<LeaseStoreSetup>().Value.Store;

    public override Task<bool> Acquire() => Later(() =>
    {
        if (_store.Owner is null)
        {
            _store.Owner = Settings.OwnerName;
            _store.Owners.Add(Settings.OwnerName);
        }

        return CheckLease();
    });

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback) => Acquire();

    public override Task<bool> Release() => Later(() =>
    {
        if (CheckLease())
        {
            _store.Owner = null;
        }

        return true;
    });

    public override bool CheckLease() => _store.Owner == Settings.OwnerName;

    private Task<bool> Later(Func<bool> operation)
    {
        var promise = new TaskCompletionSource<bool>();
        system.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(20), () => promise.SetResult(operation()));
        return promise.Task;
    }
}
