using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>A lease whose answers the test gives.</summary>
internal sealed class FakeLease() : Lease(new LeaseSettings(
    "sys-akka-sbr", "h:1000", new TimeoutSettings(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(5)), Configuration.Config.Empty))
{
    public List<TaskCompletionSource<bool>> Acquisitions { get; } = [];

    public List<TaskCompletionSource<bool>> Releases { get; } = [];

    public bool IsHeld { get; set; }

    /// <summary>Tells the owner that the lease is lost.</summary>
    public Action<Exception?>? Lose { get; private set; }

    /// <summary>Thrown by the next operation instead of a task.</summary>
    public Exception? Throws { get; set; }

    public override Task<bool> Acquire() => Add(Acquisitions);

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback)
    {
        Lose = leaseLostCallback;
        return Add(Acquisitions);
    }

    public override Task<bool> Release() => Add(Releases);

    public override bool CheckLease() => IsHeld;

    private Task<bool> Add(List<TaskCompletionSource<bool>> operations)
    {
        if (Throws is { } failure)
        {
            Throws = null;
            throw failure;
        }

        // The answer runs what waits for it on the test's thread.
        operations.Add(new TaskCompletionSource<bool>());
        return operations[^1].Task;
    }
}
