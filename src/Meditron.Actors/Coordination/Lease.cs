namespace Meditron.Actors.Coordination;

/// <summary>A lock that at most one owner of the cluster holds at a time, and that a crashed owner loses after a while.</summary>
/// <remarks>
/// Two leases of the same name are the same lease, on whichever nodes. An implementation has a public constructor with
/// (<see cref="LeaseSettings"/>, ExtendedActorSystem) or (<see cref="LeaseSettings"/>).
/// </remarks>
public abstract class Lease
{
    /// <summary>Makes the lease.</summary>
    protected Lease(LeaseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
    }

    /// <summary>The lease's name, owner and times.</summary>
    public LeaseSettings Settings { get; }

    /// <summary>Tries to take the lease: true if it is held now, false if it certainly is not.</summary>
    /// <exception cref="LeaseException">It is not known whether it is held, such as after a timeout.</exception>
    public abstract Task<bool> Acquire();

    /// <summary>The same, with a callback for when the lease is lost later on; it is not called before the task has completed.</summary>
    /// <param name="leaseLostCallback">Called with the cause, or with null where there is none but the loss.</param>
    /// <exception cref="LeaseException">It is not known whether it is held, such as after a timeout.</exception>
    public abstract Task<bool> Acquire(Action<Exception?> leaseLostCallback);

    /// <summary>Gives the lease up, so that another owner can take it: true if it is not held any more.</summary>
    public abstract Task<bool> Release();

    /// <summary>True if the lease is certainly held; false if that is not known without asking.</summary>
    public abstract bool CheckLease();
}
