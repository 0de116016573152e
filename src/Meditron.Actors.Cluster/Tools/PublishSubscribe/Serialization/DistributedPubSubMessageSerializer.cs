using System.Collections.Immutable;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Serialization;
using Meditron.Actors.Serialization;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe.Serialization;

/// <summary>Writes and reads what mediators are sent from other nodes; the manifests are fixed for ever.</summary>
internal sealed class DistributedPubSubMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string StatusManifest = "ST";
    private const string DeltaManifest = "DE";
    private const string PublishManifest = "P";
    private const string SendManifest = "S";
    private const string SendToAllManifest = "SA";
    private const string ToTopicManifest = "DT";
    private const string ToGroupManifest = "DG";

    /// <inheritdoc/>
    public override int Identifier => 9;

    private Actors.Serialization.Serialization Payloads => system.Serialization;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        DeliverToTopic => ToTopicManifest,
        DeliverToGroup => ToGroupManifest,
        RegistryStatus => StatusManifest,
        RegistryDelta => DeltaManifest,
        Publish => PublishManifest,
        Send => SendManifest,
        SendToAll => SendToAllManifest,
        _ => throw Unknown(o),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        DeliverToTopic m => new Wire.DeliverData { Topic = m.Topic, Payload = Payloads.ToPayload(m.Message).ToByteString() }.ToByteArray(),
        DeliverToGroup m => new Wire.DeliverData { Topic = m.Topic, Group = m.Group, Payload = Payloads.ToPayload(m.Message).ToByteString() }.ToByteArray(),
        RegistryStatus m => Write(m).ToByteArray(),
        RegistryDelta m => new Wire.RegistryDeltaData { Buckets = { m.Buckets.Select(Write) } }.ToByteArray(),
        Publish m => Write(m.Topic, m.SendOneMessageToEachGroup, m.Message),
        Send m => Write(m.Path, m.LocalAffinity, m.Message),
        SendToAll m => Write(m.Path, m.ExcludeSelf, m.Message),
        _ => throw Unknown(obj),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case ToTopicManifest:
                var toTopic = Wire.DeliverData.Parser.ParseFrom(bytes);
                return new DeliverToTopic(Named(toTopic.Topic), Message(toTopic.Payload));
            case ToGroupManifest:
                var toGroup = Wire.DeliverData.Parser.ParseFrom(bytes);
                return new DeliverToGroup(Named(toGroup.Topic), Named(toGroup.Group), Message(toGroup.Payload));
            case StatusManifest:
                return Read(Wire.RegistryStatusData.Parser.ParseFrom(bytes));
            case DeltaManifest:
                return new RegistryDelta(Wire.RegistryDeltaData.Parser.ParseFrom(bytes).Buckets.Select(Read).ToImmutableList());
            case PublishManifest:
                var publish = Wire.SendData.Parser.ParseFrom(bytes);
                return new Publish(Named(publish.Name), Message(publish.Payload), publish.Flag);
            case SendManifest:
                var send = Wire.SendData.Parser.ParseFrom(bytes);
                return new Send(Named(send.Name), Message(send.Payload), send.Flag);
            case SendToAllManifest:
                var sendToAll = Wire.SendData.Parser.ParseFrom(bytes);
                return new SendToAll(Named(sendToAll.Name), Message(sendToAll.Payload), sendToAll.Flag);
            default:
                throw new ArgumentException($"The mediator's serializer does not know the manifest \"{manifest}\".", nameof(manifest));
        }
    }

    private static ArgumentException Unknown(object? o) => new($"The mediator's serializer does not write {o?.GetType().FullName}.", nameof(o));

    private static string Named(string name) => name.Length > 0
        ? name
        : throw new ArgumentException("A message for a mediator lacks the topic, group or path it is for.");

    private static Wire.RegistryStatusData Write(RegistryStatus status) => new()
    {
        IsReply = status.IsReply,
        Versions = { status.Versions.Select(v => new Wire.BucketVersionData { Owner = NodeWire.Write(v.Key), Version = v.Value }) },
    };

    private static Wire.BucketDeltaData Write(BucketDelta delta) => new()
    {
        Owner = NodeWire.Write(delta.Owner),
        Base = delta.Base,
        Version = delta.Version,
        Replaces = delta.Replaces,
        HasMore = delta.HasMore,
        Entries = { delta.Entries.Select(Write) },
    };

    private static Wire.RegistryEntryData Write(RegistryEntry entry) => new()
    {
        Kind = (uint)entry.Key.Kind,
        Name = entry.Key.Name,
        Group = entry.Key.Group,
        Version = entry.Version,
        IsPresent = entry.Receiver is not null,
        Path = entry.Receiver is { } receiver && entry.Key.Kind == RegistryKind.Path ? Actors.Serialization.Serialization.SerializedActorPath(receiver) : "",
    };

    private static RegistryStatus Read(Wire.RegistryStatusData data)
    {
        var versions = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, long>();
        foreach (var version in data.Versions)
        {
            versions[NodeWire.Read(version.Owner)] = version.Version;
        }

        return new RegistryStatus(versions.ToImmutable(), data.IsReply);
    }

    private byte[] Write(string name, bool flag, object message) =>
        new Wire.SendData { Name = name, Flag = flag, Payload = Payloads.ToPayload(message).ToByteString() }.ToByteArray();

    private object Message(ByteString payload) => Payloads.FromPayload(Actors.Serialization.Protocol.Payload.Parser.ParseFrom(payload))
        ?? throw new ArgumentException("A message for a mediator has nothing to deliver.");

    private BucketDelta Read(Wire.BucketDeltaData data) => new(
        NodeWire.Read(data.Owner), data.Base, data.Version, data.Replaces, data.HasMore, data.Entries.Select(Read).ToImmutableList());

    private RegistryEntry Read(Wire.RegistryEntryData data)
    {
        if (data.Kind > (uint)RegistryKind.Group)
        {
            throw new ArgumentException($"A registration is of the unknown kind {data.Kind}.");
        }

        var key = new RegistryKey((RegistryKind)data.Kind, Named(data.Name), data.Kind == (uint)RegistryKind.Group ? Named(data.Group) : "");
        return new RegistryEntry(key, data.Version, Receiver(data, key.Kind));
    }

    private IActorRef? Receiver(Wire.RegistryEntryData data, RegistryKind kind)
    {
        if (!data.IsPresent)
        {
            return null;
        }

        return kind == RegistryKind.Path ? system.Serialization.DeserializeActorRef(Named(data.Path)) : ActorRefs.Nobody;
    }
}
