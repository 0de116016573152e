using System.Buffers.Binary;
using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Remote;

/// <summary>Writes the heartbeats of the remote watcher.</summary>
internal sealed class RemoteWatchSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string HeartbeatManifest = "H";
    private const string ResponseManifest = "R";

    public override string Manifest(object o) => o switch
    {
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => ResponseManifest,
        _ => throw new SerializationException($"The serializer of the remote watcher was given a {o?.GetType()}."),
    };

    public override byte[] ToBinary(object obj) => obj is RemoteWatcher.HeartbeatRsp response ? BitConverter.GetBytes(response.AddressUid) : [];

    public override object FromBinary(byte[] bytes, string manifest) => (manifest, bytes.Length) switch
    {
        (HeartbeatManifest, 0) => RemoteWatcher.Heartbeat.Instance,
        (ResponseManifest, 4) => new RemoteWatcher.HeartbeatRsp(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        _ => throw new SerializationException($"Refused a message of the remote watcher: manifest [{manifest}] with {bytes.Length} bytes."),
    };
}
