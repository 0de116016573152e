using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Serialization;
using Meditron.Actors.Serialization;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Tools.Singleton.Serialization;

/// <summary>Writes and reads what singleton managers and proxies send each other; the manifests are fixed for ever.</summary>
internal sealed class ClusterSingletonMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string HandOverToMeManifest = "HM";
    private const string HandOverInProgressManifest = "HP";
    private const string HandOverDoneManifest = "HD";
    private const string TakeOverFromMeManifest = "TM";
    private const string LocateManifest = "L";
    private const string LocatedManifest = "LD";

    /// <inheritdoc/>
    public override int Identifier => 14;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        HandOverToMe => HandOverToMeManifest,
        HandOverInProgress => HandOverInProgressManifest,
        HandOverDone => HandOverDoneManifest,
        TakeOverFromMe => TakeOverFromMeManifest,
        LocateSingleton => LocateManifest,
        SingletonLocated => LocatedManifest,
        _ => throw new ArgumentException($"The singleton's serializer does not write {o?.GetType().FullName}.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        IHandOverMessage m => new Wire.HandOverData { From = NodeWire.Write(m.From), To = NodeWire.Write(m.To) }.ToByteArray(),
        LocateSingleton => [],
        SingletonLocated m => new Wire.SingletonLocatedData
        {
            From = NodeWire.Write(m.From),
            Path = Actors.Serialization.Serialization.SerializedActorPath(m.Singleton),
        }.ToByteArray(),
        _ => throw new ArgumentException($"The singleton's serializer does not write {obj?.GetType().FullName}.", nameof(obj)),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case HandOverToMeManifest:
                var (asker, asked) = Read(bytes);
                return new HandOverToMe(asker, asked);
            case HandOverInProgressManifest:
                var (stopping, waiting) = Read(bytes);
                return new HandOverInProgress(stopping, waiting);
            case HandOverDoneManifest:
                var (without, next) = Read(bytes);
                return new HandOverDone(without, next);
            case TakeOverFromMeManifest:
                var (holder, successor) = Read(bytes);
                return new TakeOverFromMe(holder, successor);
            case LocateManifest:
                return LocateSingleton.Instance;
            case LocatedManifest:
                var located = Wire.SingletonLocatedData.Parser.ParseFrom(bytes);
                return located.Path.Length > 0
                    ? new SingletonLocated(NodeWire.Read(located.From), system.Serialization.DeserializeActorRef(located.Path))
                    : throw new ArgumentException("A message that says where a singleton is lacks the reference to it.");
            default:
                throw new ArgumentException($"The singleton's serializer does not know the manifest \"{manifest}\".", nameof(manifest));
        }
    }

    private static (UniqueAddress From, UniqueAddress To) Read(byte[] bytes)
    {
        var data = Wire.HandOverData.Parser.ParseFrom(bytes);
        return (NodeWire.Read(data.From), NodeWire.Read(data.To));
    }
}
