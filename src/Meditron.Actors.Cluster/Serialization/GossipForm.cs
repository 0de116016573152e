using System.Collections.Immutable;
using Google.Protobuf;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Serialization;

/// <summary>The bytes of a gossip's content, before and after the field that says who has seen it.</summary>
internal sealed class GossipForm
{
    private const byte SeenTag = (Wire.GossipData.SeenFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited;

    private readonly Table<UniqueAddress> _nodes = new();
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly int _namable;

    /// <param name="content">The content.</param>
    /// <param name="others">Who is to be named, whether it is a member or not.</param>
    public GossipForm(GossipContent content, IEnumerable<UniqueAddress> others)
    {
        Content = content;
        var roles = new Table<string>();
        var versions = new Table<string>();
        var head = new Wire.GossipData();
        foreach (var member in content.MemberSet)
        {
            head.Members.Add(new Wire.MemberData
            {
                Node = _nodes.IndexOf(member.UniqueAddress),
                Status = (uint)member.Status,
                UpNumber = member.UpNumber,
                Roles = { member.RolesInOrder.Select(roles.IndexOf) },
                AppVersion = versions.IndexOf(member.AppVersion.Version),
            });
        }

        foreach (var other in others)
        {
            _nodes.IndexOf(other);
        }

        _namable = _nodes.Entries.Count;
        _tail = Tail(content).ToByteArray();
        head.Nodes.Add(_nodes.Entries.Select(NodeWire.Write));
        head.Roles.Add(roles.Entries);
        head.AppVersions.Add(versions.Entries);
        _head = head.ToByteArray();
    }

    /// <summary>What it is the form of.</summary>
    public GossipContent Content { get; }

    /// <summary>The bytes of a gossip; null where somebody has seen it who is not named in the content.</summary>
    public ByteString? Write(ImmutableSortedSet<UniqueAddress> seen)
    {
        var data = new Wire.GossipData();
        foreach (var node in seen)
        {
            if (!_nodes.TryFind(node, out var index) || index >= _namable)
            {
                return null;
            }

            data.Seen.Add(index);
        }

        var middle = data.CalculateSize();
        var bytes = new byte[_head.Length + middle + _tail.Length];
        _head.CopyTo(bytes, 0);
        data.WriteTo(bytes.AsSpan(_head.Length, middle));
        _tail.CopyTo(bytes, _head.Length + middle);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    /// <summary>Who has seen the gossip of these bytes; null where they are not those of this content.</summary>
    public ImmutableSortedSet<UniqueAddress>? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < _head.Length + _tail.Length || !bytes.EndsWith(_tail) || !bytes.StartsWith(_head))
        {
            return null;
        }

        var middle = bytes[_head.Length..^_tail.Length];
        if (middle.IsEmpty)
        {
            return [];
        }

        // Packed, in one piece, and with indices of one byte, as all but the largest clusters write it.
        if (middle.Length < 2 || middle[0] != SeenTag || middle[1] != middle.Length - 2 || middle[1] > sbyte.MaxValue)
        {
            return null;
        }

        var seen = ImmutableSortedSet.CreateBuilder<UniqueAddress>();
        foreach (var index in middle[2..])
        {
            if (index > sbyte.MaxValue || index >= _namable)
            {
                return null;
            }

            seen.Add(_nodes.Entries[index]);
        }

        return seen.ToImmutable();
    }

    private Wire.GossipData Tail(GossipContent content)
    {
        var tail = new Wire.GossipData();
        var rows = content.Reachability.Records.ToLookup(r => r.Observer);
        foreach (var (observer, version) in content.Reachability.Versions)
        {
            tail.Observers.Add(new Wire.ObserverData
            {
                Node = _nodes.IndexOf(observer),
                Version = version,
                Subjects =
                {
                    rows[observer].Select(r => new Wire.SubjectData { Node = _nodes.IndexOf(r.Subject), Status = (uint)r.Status, Version = r.Version }),
                },
            });
        }

        foreach (var (node, count) in content.Version.Versions)
        {
            tail.ClockNames.Add(node.ToString());
            tail.ClockCounts.Add(count);
        }

        tail.Tombstones.Add(content.Tombstones.Select(t => new Wire.TombstoneData { Node = _nodes.IndexOf(t.Key), Time = t.Value }));
        return tail;
    }

    private sealed class Table<T>
        where T : notnull
    {
        private readonly Dictionary<T, uint> _indices = [];
        private readonly List<T> _entries = [];

        public IReadOnlyList<T> Entries => _entries;

        public bool TryFind(T entry, out uint index) => _indices.TryGetValue(entry, out index);

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
