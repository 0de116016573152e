namespace Meditron.Actors.Cluster.SBR;

/// <summary>Which members a strategy wants declared dead.</summary>
internal enum DecisionKind
{
    /// <summary>Those this side does not hear from: this side goes on.</summary>
    DownUnreachable,

    /// <summary>Those this side hears from, this node among them: another side goes on, or none.</summary>
    DownReachable,

    /// <summary>All.</summary>
    DownAll,

    /// <summary>This node alone: another member will not talk with it any more.</summary>
    DownSelf,

    /// <summary>Those that some hear from and others do not, and those a clean split would cost besides.</summary>
    DownIndirectlyConnected,

    /// <summary>As <see cref="DownUnreachable"/> if this side gets the lease, else as <see cref="DownReachable"/>.</summary>
    AcquireLeaseAndDownUnreachable,

    /// <summary>As <see cref="DownIndirectlyConnected"/> if this side gets the lease, else as <see cref="ReverseDownIndirectlyConnected"/>.</summary>
    AcquireLeaseAndDownIndirectlyConnected,

    /// <summary>Those that some hear from and others do not, and all whom this side hears from.</summary>
    ReverseDownIndirectlyConnected,
}

/// <summary>What a strategy has decided, and why.</summary>
/// <param name="Kind">Who is declared dead.</param>
/// <param name="Reason">Why, for the log.</param>
/// <param name="AcquireDelay">How long to wait before trying to take the lease, where one is needed.</param>
internal sealed record Decision(DecisionKind Kind, string Reason, TimeSpan AcquireDelay = default)
{
    /// <summary>Whether it holds only for the side that gets the lease.</summary>
    public bool NeedsLease => Kind is DecisionKind.AcquireLeaseAndDownUnreachable or DecisionKind.AcquireLeaseAndDownIndirectlyConnected;

    /// <summary>Whether it is about members that are indirectly connected.</summary>
    public bool IsIndirectlyConnected => Kind is DecisionKind.DownIndirectlyConnected
        or DecisionKind.AcquireLeaseAndDownIndirectlyConnected
        or DecisionKind.ReverseDownIndirectlyConnected;

    /// <summary>What is done instead by a side that does not get the lease.</summary>
    public Decision Reverse(string reason) => Kind switch
    {
        DecisionKind.AcquireLeaseAndDownUnreachable => new Decision(DecisionKind.DownReachable, reason),
        DecisionKind.AcquireLeaseAndDownIndirectlyConnected => new Decision(DecisionKind.ReverseDownIndirectlyConnected, reason),
        _ => throw new InvalidOperationException($"{Kind} does not depend on a lease."),
    };
}
