using System.Collections.Immutable;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Serialization;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Serialization;

/// <summary>Writes and reads the cluster's own messages; the manifests are fixed for ever.</summary>
internal sealed class ClusterMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string InitJoinManifest = "IJ";
    private const string InitJoinAckManifest = "IJA";
    private const string InitJoinNackManifest = "IJN";
    private const string JoinManifest = "J";
    private const string JoinRefusedManifest = "JR";
    private const string WelcomeManifest = "W";
    private const string GossipEnvelopeManifest = "GE";
    private const string GossipStatusManifest = "GS";
    private const string HeartbeatManifest = "HB";
    private const string HeartbeatResponseManifest = "HBR";
    private const string ExitingConfirmedManifest = "EC";

    private readonly GossipWire _gossips = EngineAccess.RuntimeOf(system).Share(static () => new GossipWire());

    /// <inheritdoc/>
    public override int Identifier => 5;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Heartbeat => HeartbeatManifest,
        HeartbeatResponse => HeartbeatResponseManifest,
        GossipEnvelope => GossipEnvelopeManifest,
        GossipStatus => GossipStatusManifest,
        InitJoin => InitJoinManifest,
        InitJoinAck => InitJoinAckManifest,
        InitJoinNack => InitJoinNackManifest,
        Join => JoinManifest,
        JoinRefused => JoinRefusedManifest,
        Welcome => WelcomeManifest,
        ExitingConfirmed => ExitingConfirmedManifest,
        _ => throw new ArgumentException($"The cluster's serializer does not write {o?.GetType().FullName}.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => ToWire(obj).ToByteArray();

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        HeartbeatManifest => Read(Wire.HeartbeatData.Parser.ParseFrom(bytes)),
        HeartbeatResponseManifest => Read(Wire.HeartbeatResponseData.Parser.ParseFrom(bytes)),
        GossipEnvelopeManifest => Read(Wire.GossipEnvelopeData.Parser.ParseFrom(bytes)),
        GossipStatusManifest => Read(Wire.GossipStatusData.Parser.ParseFrom(bytes)),
        InitJoinManifest => new InitJoin(NodeWire.Read(Wire.InitJoinData.Parser.ParseFrom(bytes).Settings)),
        InitJoinAckManifest => Read(Wire.InitJoinAckData.Parser.ParseFrom(bytes)),
        InitJoinNackManifest => new InitJoinNack(NodeWire.Read(Wire.InitJoinNackData.Parser.ParseFrom(bytes).Address)),
        JoinManifest => Read(Wire.JoinData.Parser.ParseFrom(bytes)),
        JoinRefusedManifest => Read(Wire.JoinRefusedData.Parser.ParseFrom(bytes)),
        WelcomeManifest => Read(Wire.WelcomeData.Parser.ParseFrom(bytes)),
        ExitingConfirmedManifest => new ExitingConfirmed(NodeWire.Read(Wire.ExitingConfirmedData.Parser.ParseFrom(bytes).Node)),
        _ => throw new ArgumentException($"The cluster's serializer does not know the manifest \"{manifest}\".", nameof(manifest)),
    };

    private IMessage ToWire(object message) => message switch
    {
        Heartbeat m => new Wire.HeartbeatData { From = NodeWire.Write(m.From), SequenceNr = m.SequenceNr, CreationTime = m.CreationTime },
        HeartbeatResponse m => new Wire.HeartbeatResponseData { From = NodeWire.Write(m.From), SequenceNr = m.SequenceNr, CreationTime = m.CreationTime },
        GossipEnvelope m => new Wire.GossipEnvelopeData { From = NodeWire.Write(m.From), To = NodeWire.Write(m.To), Gossip = _gossips.Write(m.Gossip) },
        GossipStatus m => Write(m),
        InitJoin m => new Wire.InitJoinData { Settings = { NodeWire.Write(m.Configuration) } },
        InitJoinAck m => new Wire.InitJoinAckData { Address = NodeWire.Write(m.Address), Differences = { m.Differences.Select(NodeWire.Write) } },
        InitJoinNack m => new Wire.InitJoinNackData { Address = NodeWire.Write(m.Address) },
        Join m => new Wire.JoinData
        {
            Node = NodeWire.Write(m.Node),
            Roles = { m.Roles.Order(StringComparer.Ordinal) },
            AppVersion = m.AppVersion.Version,
            Settings = { NodeWire.Write(m.Configuration) },
        },
        JoinRefused m => new Wire.JoinRefusedData { Address = NodeWire.Write(m.Address), Differences = { m.Differences.Select(NodeWire.Write) } },
        Welcome m => new Wire.WelcomeData { From = NodeWire.Write(m.From), Gossip = _gossips.Write(m.Gossip) },
        ExitingConfirmed m => new Wire.ExitingConfirmedData { Node = NodeWire.Write(m.Node) },
        _ => throw new ArgumentException($"The cluster's serializer does not write {message?.GetType().FullName}.", nameof(message)),
    };

    private static Wire.GossipStatusData Write(GossipStatus status)
    {
        var data = new Wire.GossipStatusData { From = NodeWire.Write(status.From), Seen = { status.Seen.Select(NodeWire.Write) } };
        foreach (var (node, count) in status.Version.Versions)
        {
            data.ClockNames.Add(node.ToString());
            data.ClockCounts.Add(count);
        }

        return data;
    }

    private static Heartbeat Read(Wire.HeartbeatData m) => new(NodeWire.Read(m.From), m.SequenceNr, m.CreationTime);

    private static HeartbeatResponse Read(Wire.HeartbeatResponseData m) => new(NodeWire.Read(m.From), m.SequenceNr, m.CreationTime);

    private GossipEnvelope Read(Wire.GossipEnvelopeData m) => new(NodeWire.Read(m.From), NodeWire.Read(m.To), _gossips.Read(m.Gossip))
    {
        ArrivedAt = EngineAccess.RuntimeOf(system).Time.GetTimestamp(),
    };

    private static GossipStatus Read(Wire.GossipStatusData m) =>
        new(NodeWire.Read(m.From), NodeWire.ReadClock(m.ClockNames, m.ClockCounts), m.Seen.Select(NodeWire.Read).ToImmutableSortedSet());

    private static InitJoinAck Read(Wire.InitJoinAckData m) => new(NodeWire.Read(m.Address), m.Differences.Select(NodeWire.Read).ToImmutableList());

    private static JoinRefused Read(Wire.JoinRefusedData m) => new(NodeWire.Read(m.Address), m.Differences.Select(NodeWire.Read).ToImmutableList());

    private static Join Read(Wire.JoinData m) =>
        new(
            NodeWire.Read(m.Node),
            m.Roles.ToImmutableHashSet(StringComparer.Ordinal),
            Util.AppVersion.Create(m.AppVersion),
            NodeWire.Read(m.Settings));

    private Welcome Read(Wire.WelcomeData m) => new(NodeWire.Read(m.From), _gossips.Read(m.Gossip));
}
