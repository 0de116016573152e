namespace Meditron.Actors.Persistence.Leases;

/// <summary>Decides whether a lease may be taken.</summary>
internal static class LeaseDecision
{
    /// <summary>The row as the owner may write it, or null where another owner holds the lease.</summary>
    /// <param name="row">The row as it is; null where there is none.</param>
    /// <param name="owner">Who wants the lease.</param>
    /// <param name="now">The time on the clock of the row's timestamps, in milliseconds of the Unix epoch.</param>
    /// <param name="lifetime">How long a lease is held without a sign of life.</param>
    public static LeaseRow? Acquire(LeaseRow? row, string owner, long now, TimeSpan lifetime)
    {
        var isFree = row is null || row.Owner.Length == 0 || row.Owner == owner || now - row.Timestamp > (long)lifetime.TotalMilliseconds;
        return isFree ? new LeaseRow(owner, (row?.Version ?? 0) + 1, now) : null;
    }
}
