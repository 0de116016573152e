namespace Meditron.Actors.Cluster;

/// <summary>What becomes of two gossips when one node receives the other's. Pure.</summary>
internal static class GossipExchange
{
    /// <summary>How the received gossip related to the own one.</summary>
    public enum Outcome
    {
        /// <summary>Both were the same version.</summary>
        Same,

        /// <summary>The received one was older; the own one stays.</summary>
        Older,

        /// <summary>The received one is newer and is taken.</summary>
        Newer,

        /// <summary>Each had something the other lacked.</summary>
        Merged,
    }

    /// <summary>The gossip to go on with.</summary>
    /// <remarks>
    /// Versions forget what removed members contributed, so a version alone does not prove that a state includes another: a last change by a
    /// member that others have removed since would get lost. So the states are always joined, and when the result is more than the version
    /// promises, it becomes a version of its own.
    /// </remarks>
    public static (Gossip Gossip, Outcome Outcome) Reconcile(Gossip own, Gossip received, UniqueAddress self)
    {
        var ordering = received.CompareVersion(own);
        if (ordering == VectorClock.Ordering.Same && own.SameContent(received))
        {
            // Most of what arrives is known already.
            return (own.MergeSeen(received), Outcome.Same);
        }

        var joined = own.Merge(received);
        switch (ordering)
        {
            case VectorClock.Ordering.After when joined.SameContent(received):
                return (received, Outcome.Newer);
            case VectorClock.Ordering.Before when joined.SameContent(own):
                return (own, Outcome.Older);
            case VectorClock.Ordering.Concurrent:
                return (joined, Outcome.Merged);
            default:
                return (joined.ChangedBy(self), Outcome.Merged);
        }
    }
}
