using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;

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

    /// <summary>A view in which those who are declared dead are members of this side as before.</summary>
    public static SplitView CountDowned(SplitView view)
    {
        var downed = view.Members.Where(m => m.Status == MemberStatus.Down).ToList();
        var counted = downed.Select(m => Member.Create(m.UniqueAddress, m.UpNumber, MemberStatus.Up, m.Roles, m.AppVersion));
        return view with
        {
            Members = view.Members.Except(downed).Union(counted),
            Unreachable = view.Unreachable.Except(downed.Select(m => m.UniqueAddress)),
            Records = view.Records.RemoveAll(r => downed.Exists(m => m.UniqueAddress.Equals(r.Subject) || m.UniqueAddress.Equals(r.Observer))),
        };
    }
}
