using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>What the cluster's planted mistakes do, apart from the code that is right.</summary>
internal static class PlantedMistakes
{
    /// <summary>Spoils the result of a merge, where that is asked for.</summary>
    public static Gossip InMerge(EngineRuntime runtime, Gossip merged, Gossip own, Gossip received)
    {
        if (runtime.IsPlanted(PlantedBug.VersionsNotMerged))
        {
            return Gossip.Create(merged.Members, merged.Seen, merged.Reachability, own.Version, merged.Tombstones);
        }

        if (runtime.IsPlanted(PlantedBug.ReachabilityVersionIgnored))
        {
            var foreign = received.Reachability.Records.SelectMany(r => new[] { r.Observer, r.Subject }).Where(n => !merged.HasMember(n)).ToImmutableSortedSet();
            return merged.WithReachability(received.Reachability.Remove(foreign));
        }

        return merged;
    }
}
