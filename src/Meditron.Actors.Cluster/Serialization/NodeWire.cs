using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Meditron.Actors.Actor;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Serialization;

/// <summary>Nodes, settings and versions on the wire; what lacks a part is refused.</summary>
internal static class NodeWire
{
    public static Wire.AddressData Write(Address address) => new()
    {
        Protocol = address.Protocol,
        System = address.System,
        Host = address.Host ?? "",
        Port = (uint)(address.Port ?? 0),
    };

    public static Wire.NodeData Write(UniqueAddress node) => new() { Address = Write(node.Address), Uid = node.Uid };

    public static IEnumerable<Wire.SettingData> Write(JoinConfiguration configuration) =>
        configuration.Settings.Select(s => new Wire.SettingData { Key = s.Key, Value = s.Value });

    public static Wire.DifferenceData Write(ConfigurationDifference difference) =>
        new() { Key = difference.Key, Joining = difference.Joining, Cluster = difference.Cluster };

    public static Address Read(Wire.AddressData? data)
    {
        if (data is null || data.Protocol.Length == 0 || data.System.Length == 0 || data.Host.Length == 0 || data.Port is 0 or > 65535)
        {
            throw new ArgumentException("A cluster message lacks a node's address, or holds one without protocol, system, host or port.");
        }

        return new Address(data.Protocol, data.System, data.Host, (int)data.Port);
    }

    public static UniqueAddress Read(Wire.NodeData? data) => new(Read(data?.Address), data!.Uid);

    public static JoinConfiguration Read(RepeatedField<Wire.SettingData> settings)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            result[setting.Key] = setting.Value;
        }

        return new JoinConfiguration(result);
    }

    public static ConfigurationDifference Read(Wire.DifferenceData data) => new(data.Key, data.Joining, data.Cluster);

    public static VectorClock ReadClock(RepeatedField<string> names, RepeatedField<long> counts)
    {
        if (names.Count != counts.Count || counts.Any(c => c < 0))
        {
            throw new ArgumentException("A gossip's version is not well formed: as many names as counts of 0 or more are expected.");
        }

        var versions = ImmutableSortedDictionary.CreateBuilder<VectorClock.Node, long>();
        for (var i = 0; i < names.Count; i++)
        {
            versions[VectorClock.Node.FromHash(names[i])] = counts[i];
        }

        return VectorClock.Create(versions.ToImmutable());
    }
}
