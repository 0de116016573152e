using System.Collections.Immutable;
using System.Runtime.Serialization;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Serialization.Protocol;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Persistence.Serialization;

/// <summary>Serializes events with what the journal knows of them, atomic writes, and the state of at-least-once delivery.</summary>
internal sealed class PersistenceMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string PersistentManifest = "P";
    private const string AtomicWriteManifest = "AW";
    private const string DeliverySnapshotManifest = "DS";

    private Meditron.Actors.Serialization.Serialization Payloads => system.Serialization;

    public override string Manifest(object o) => o switch
    {
        IPersistentRepresentation => PersistentManifest,
        AtomicWrite => AtomicWriteManifest,
        AtLeastOnceDeliverySnapshot => DeliverySnapshotManifest,
        _ => throw Foreign(o),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        IPersistentRepresentation persistent => ToData(persistent).ToByteArray(),
        AtomicWrite write => new AtomicWriteData { Payload = { write.Events.Select(ToData) } }.ToByteArray(),
        AtLeastOnceDeliverySnapshot snapshot => new DeliverySnapshotData
        {
            CurrentDeliveryId = snapshot.CurrentDeliveryId,
            Unconfirmed =
            {
                snapshot.UnconfirmedDeliveries.Select(delivery => new UnconfirmedDeliveryData
                {
                    DeliveryId = delivery.DeliveryId,
                    Destination = delivery.Destination.ToSerializationFormat(),
                    Payload = Payloads.ToPayload(delivery.Message),
                }),
            },
        }.ToByteArray(),
        _ => throw Foreign(obj),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case PersistentManifest:
                return FromData(PersistentData.Parser.ParseFrom(bytes));
            case AtomicWriteManifest:
                return new AtomicWrite(AtomicWriteData.Parser.ParseFrom(bytes).Payload.Select(FromData).ToImmutableArray());
            case DeliverySnapshotManifest:
                var data = DeliverySnapshotData.Parser.ParseFrom(bytes);
                return new AtLeastOnceDeliverySnapshot(data.CurrentDeliveryId, [.. data.Unconfirmed.Select(FromData)]);
            default:
                throw new SerializationException($"Refused a persistence message (serializer {Identifier}): its manifest [{manifest}] is unknown.");
        }
    }

    private static SerializationException Foreign(object o) =>
        new($"The serializer of persistence messages was given a {o?.GetType().FullName ?? "null"}, which it does not know.");

    private PersistentData ToData(IPersistentRepresentation persistent) => new()
    {
        Payload = Payloads.ToPayload(persistent.Payload),
        SequenceNr = persistent.SequenceNr,
        PersistenceId = persistent.PersistenceId,
        Deleted = persistent.IsDeleted,
        Sender = Meditron.Actors.Serialization.Serialization.SerializedActorPath(persistent.Sender),
        Manifest = persistent.Manifest,
        WriterGuid = persistent.WriterGuid,
        Timestamp = persistent.Timestamp,
    };

    private IPersistentRepresentation FromData(PersistentData data) => new Persistent(
        Payloads.FromPayload(data.Payload)!,
        data.SequenceNr,
        data.PersistenceId,
        data.Manifest,
        data.Deleted,
        data.Sender.Length == 0 ? ActorRefs.NoSender : Payloads.DeserializeActorRef(data.Sender),
        data.WriterGuid,
        data.Timestamp);

    private UnconfirmedDelivery FromData(UnconfirmedDeliveryData data) =>
        new(data.DeliveryId, ActorPath.Parse(data.Destination), Payloads.FromPayload(data.Payload)!);
}
