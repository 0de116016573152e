namespace Meditron.Actors.Persistence.Leases;

/// <summary>What a lease's row says.</summary>
/// <param name="Owner">Who holds it; empty where nobody does.</param>
/// <param name="Version">Counts the changes of the row.</param>
/// <param name="Timestamp">The owner's last sign of life, in milliseconds of the Unix epoch.</param>
internal sealed record LeaseRow(string Owner, long Version, long Timestamp);

/// <summary>Keeps the rows of leases, which change only where they are as they were read. All tasks end within the given times.</summary>
internal interface ILeaseRows : IDisposable
{
    /// <summary>Takes a lease if it is free, the owner's own, or older than it may become; the row after that.</summary>
    Task<LeaseRow> TryAcquireAsync(string name, string owner, TimeSpan lifetime, TimeSpan timeout);

    /// <summary>Gives a sign of life; false if the row is not the owner's any more.</summary>
    Task<bool> RenewAsync(string name, string owner, TimeSpan timeout);

    /// <summary>Frees a lease if it is the owner's.</summary>
    Task ReleaseAsync(string name, string owner, TimeSpan timeout);
}
