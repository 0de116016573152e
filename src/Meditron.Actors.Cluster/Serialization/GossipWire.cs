using System.Collections.Immutable;
using Meditron.Actors.Util;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Serialization;

/// <summary>The gossip on the wire: nodes, roles and versions are named once and then by index; an index out of range is refused.</summary>
internal static class GossipWire
{
    public static Wire.GossipData Write(Gossip gossip)
    {
        var nodes = new Table<UniqueAddress>();
        var roles = new Table<string>();
        var versions = new Table<string>();
        var data = new Wire.GossipData();
        foreach (var member in gossip.Members)
        {
            data.Members.Add(new Wire.MemberData
            {
                Node = nodes.IndexOf(member.UniqueAddress),
                Status = (uint)member.Status,
                UpNumber = member.UpNumber,
                Roles = { member.RolesInOrder.Select(roles.IndexOf) },
                AppVersion = versions.IndexOf(member.AppVersion.Version),
            });
        }

        data.Seen.Add(gossip.Seen.Select(nodes.IndexOf));
        var rows = gossip.Reachability.Records.ToLookup(r => r.Observer);
        foreach (var (observer, version) in gossip.Reachability.Versions)
        {
            data.Observers.Add(new Wire.ObserverData
            {
                Node = nodes.IndexOf(observer),
                Version = version,
                Subjects =
                {
                    rows[observer].Select(r => new Wire.SubjectData { Node = nodes.IndexOf(r.Subject), Status = (uint)r.Status, Version = r.Version }),
                },
            });
        }

        foreach (var (node, count) in gossip.Version.Versions)
        {
            data.ClockNames.Add(node.ToString());
            data.ClockCounts.Add(count);
        }

        data.Tombstones.Add(gossip.Tombstones.Select(t => new Wire.TombstoneData { Node = nodes.IndexOf(t.Key), Time = t.Value }));
        data.Nodes.Add(nodes.Entries.Select(NodeWire.Write));
        data.Roles.Add(roles.Entries);
        data.AppVersions.Add(versions.Entries);
        return data;
    }

    public static Gossip Read(Wire.GossipData? data)
    {
        if (data is null)
        {
            throw new ArgumentException("A cluster message that should hold a gossip holds none.");
        }

        var nodes = data.Nodes.Select(NodeWire.Read).ToList();
        var versions = data.AppVersions.Select(AppVersion.Create).ToList();
        var members = data.Members.Select(m => Member.Create(
            At(nodes, m.Node),
            m.UpNumber,
            Status(m.Status),
            m.Roles.Select(r => At(data.Roles, r)).ToImmutableHashSet(StringComparer.Ordinal),
            At(versions, m.AppVersion)));
        var records = data.Observers.SelectMany(o => o.Subjects.Select(s =>
            new Reachability.Record(At(nodes, o.Node), At(nodes, s.Node), Reachable(s.Status), s.Version)));
        var observers = data.Observers.Select(o => KeyValuePair.Create(At(nodes, o.Node), o.Version));
        return Gossip.Create(
            members,
            data.Seen.Select(i => At(nodes, i)),
            Reachability.Create(records, observers),
            NodeWire.ReadClock(data.ClockNames, data.ClockCounts),
            data.Tombstones.Select(t => KeyValuePair.Create(At(nodes, t.Node), t.Time)));
    }

    private static MemberStatus Status(uint value) => value <= (uint)MemberStatus.WeaklyUp && value != (uint)MemberStatus.Removed
        ? (MemberStatus)value
        : throw new ArgumentException($"A gossip holds a member with the unknown status {value}.");

    private static ReachabilityStatus Reachable(uint value) => value <= (uint)ReachabilityStatus.Terminated
        ? (ReachabilityStatus)value
        : throw new ArgumentException($"A gossip holds the unknown reachability {value}.");

    private static T At<T>(IList<T> table, uint index) => index < table.Count
        ? table[(int)index]
        : throw new ArgumentException($"A gossip refers to entry {index} of a table of {table.Count}.");

    private sealed class Table<T>
        where T : notnull
    {
        private readonly Dictionary<T, uint> _indices = [];
        private readonly List<T> _entries = [];

        public IEnumerable<T> Entries => _entries;

        public uint IndexOf(T entry)
        {
            if (!_indices.TryGetValue(entry, out var index))
            {
                index = (uint)_entries.Count;
                _indices[entry] = index;
                _entries.Add(entry);
            }

            return index;
        }
    }
}
