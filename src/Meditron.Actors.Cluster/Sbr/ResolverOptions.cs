using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>How a resolver decides, and when.</summary>
/// <param name="Name">The strategy's name in the configuration, for the log.</param>
/// <param name="Strategy">Decides.</param>
/// <param name="StableAfter">How long nothing may have changed before it does.</param>
/// <param name="DownAllWhenUnstable">How much longer than that changes may go on before all members are downed; zero for ever.</param>
/// <param name="Lease">The lease, for a strategy that needs one.</param>
/// <param name="ReleaseAfter">How long the lease is held after the others are removed.</param>
/// <param name="AcquireDelay">How long a minority waits before it asks for the lease.</param>
internal sealed record ResolverOptions(
    string Name,
    IDowningStrategy Strategy,
    TimeSpan StableAfter,
    TimeSpan DownAllWhenUnstable,
    Lease? Lease = null,
    TimeSpan ReleaseAfter = default,
    TimeSpan AcquireDelay = default)
{
    /// <summary>What a lease may take beyond its own operation timeout before its answer is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How much later than this side another one may decide: a side that cannot reach the lease knows last that it has lost.</summary>
    public TimeSpan RemovalMargin => Lease is null ? StableAfter : StableAfter + AcquireDelay + Lease.Settings.TimeoutSettings.OperationTimeout + Patience;
}
