using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>How a resolver decides, and when.</summary>
/// <param name="Name">The strategy's name in the configuration, for the log.</param>
/// <param name="Strategy">Decides.</param>
/// <param name="StableAfter">How long nothing may have changed before it does.</param>
/// <param name="DownAllWhenUnstable">How much longer than that changes may go on before all members are downed; zero for ever.</param>
/// <param name="Lease">The lease, for a strategy that needs one.</param>
/// <param name="ReleaseAfter">How long the lease is held after the others are removed.</param>
internal sealed record ResolverOptions(
    string Name,
    IDowningStrategy Strategy,
    TimeSpan StableAfter,
    TimeSpan DownAllWhenUnstable,
    Lease? Lease = null,
    TimeSpan ReleaseAfter = default);
