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
    /// <param name="own">The own one.</param>
    /// <param name="received">The received one.</param>
    /// <param name="self">This node.</param>
    /// <param name="relations">Remembers how others that said the same were related.</param>
    public static (Gossip Gossip, Outcome Outcome) Reconcile(Gossip own, Gossip received, UniqueAddress self, GossipRelations? relations = null)
    {
        if (own.SharesContent(received))
        {
            // Most of what arrives is known already.
            return (own.MergeSeen(received), Outcome.Same);
        }

        var (outcome, joined, isNew) = relations?.Find(own, received) ?? Relate(own, received);
        return outcome switch
        {
            Outcome.Same => (own.MergeSeen(received), outcome),
            Outcome.Newer => (received, outcome),
            Outcome.Older => (own, outcome),
            _ => (isNew ? joined!.ChangedBy(self) : joined!, outcome),
        };
    }

    /// <summary>How two gossips are related, whoever has seen them.</summary>
    public static Relation Relate(Gossip own, Gossip received)
    {
        var ordering = received.CompareVersion(own);
        if (ordering == VectorClock.Ordering.Same && own.SameContent(received))
        {
            return new Relation(Outcome.Same);
        }

        var joined = own.Merge(received);
        return ordering switch
        {
            VectorClock.Ordering.After when joined.SameContent(received) => new Relation(Outcome.Newer),
            VectorClock.Ordering.Before when joined.SameContent(own) => new Relation(Outcome.Older),
            _ => new Relation(Outcome.Merged, joined, IsNew: ordering != VectorClock.Ordering.Concurrent),
        };
    }

    /// <summary>How two gossips are related.</summary>
    /// <param name="Outcome">Which of them has what the other lacks.</param>
    /// <param name="Joined">What both say together, where each lacks something.</param>
    /// <param name="IsNew">Whether that is more than their versions promise.</param>
    public sealed record Relation(Outcome Outcome, Gossip? Joined = null, bool IsNew = false);
}
