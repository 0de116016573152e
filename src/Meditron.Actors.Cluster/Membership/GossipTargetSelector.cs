using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>Chooses whom to tell the gossip next: mostly those who are not known to have the newest. Pure but for the given generator.</summary>
internal sealed class GossipTargetSelector(double differentViewProbability, int reduceAboveMembers)
{
    /// <summary>One member for the periodic gossip, or null when there is nobody to tell.</summary>
    public UniqueAddress? Select(MembershipState state, Random random)
    {
        var all = Valid(state, state.Members);
        if (all.Count == 0)
        {
            return null;
        }

        if (random.NextDouble() < ProbabilityFor(state.Members.Count))
        {
            var behind = all.FindAll(n => !state.Gossip.SeenBy(n));
            if (behind.Count > 0)
            {
                return behind[random.Next(behind.Count)];
            }
        }

        return all[random.Next(all.Count)];
    }

    /// <summary>Up to <paramref name="limit"/> members that do not have the newest, to be told of a change at once.</summary>
    public ImmutableList<UniqueAddress> SelectBehind(MembershipState state, int limit, Random random)
    {
        var behind = Valid(state, state.Members).FindAll(n => !state.Gossip.SeenBy(n));
        return Some(behind, limit, random);
    }

    /// <summary>Up to <paramref name="limit"/> members, whatever they have seen.</summary>
    public ImmutableList<UniqueAddress> SelectAny(MembershipState state, int limit, Random random) =>
        Some(Valid(state, state.Members), limit, random);

    /// <summary>The chance of preferring those who are behind; lower in a large cluster, where they would all be told by everybody.</summary>
    internal double ProbabilityFor(int members)
    {
        var low = reduceAboveMembers;
        var high = low * 3;
        if (members <= low)
        {
            return differentViewProbability;
        }

        const double Least = 0.05;
        if (members >= high || differentViewProbability < Least)
        {
            return Math.Min(Least, differentViewProbability);
        }

        var fraction = (members - low) / (double)(high - low);
        return differentViewProbability - fraction * (differentViewProbability - Least);
    }

    private static ImmutableList<UniqueAddress> Some(List<UniqueAddress> nodes, int limit, Random random)
    {
        if (nodes.Count > limit)
        {
            // The first steps of a shuffle choose without repetition.
            for (var i = 0; i < limit; i++)
            {
                var j = random.Next(i, nodes.Count);
                (nodes[i], nodes[j]) = (nodes[j], nodes[i]);
            }

            nodes.RemoveRange(limit, nodes.Count - limit);
        }

        return [.. nodes];
    }

    private static List<UniqueAddress> Valid(MembershipState state, IEnumerable<Member> members) =>
        members.Select(m => m.UniqueAddress).Where(state.MayGossipTo).ToList();
}
