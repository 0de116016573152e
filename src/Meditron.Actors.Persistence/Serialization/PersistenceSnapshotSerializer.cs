using System.Runtime.Serialization;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Serialization.Protocol;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Persistence.Serialization;

/// <summary>Serializes snapshots for files: the state with its own serializer and manifest.</summary>
internal sealed class PersistenceSnapshotSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string SnapshotManifest = "S";

    public override string Manifest(object o) => o is Snapshot ? SnapshotManifest : throw Foreign(o);

    public override byte[] ToBinary(object obj) =>
        obj is Snapshot snapshot ? new SnapshotData { Payload = system.Serialization.ToPayload(snapshot.Data) }.ToByteArray() : throw Foreign(obj);

    public override object FromBinary(byte[] bytes, string manifest) => manifest == SnapshotManifest
        ? new Snapshot(system.Serialization.FromPayload(SnapshotData.Parser.ParseFrom(bytes).Payload)!)
        : throw new SerializationException($"Refused a snapshot (serializer {Identifier}): its manifest [{manifest}] is unknown.");

    private static SerializationException Foreign(object o) => new($"The serializer of snapshots was given a {o?.GetType().FullName ?? "null"}, which it does not know.");
}
