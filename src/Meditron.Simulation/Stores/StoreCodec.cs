using System.Text;

namespace Meditron.Simulation.Stores;

/// <summary>Requests and replies as bytes, for the network and for the log.</summary>
internal static class StoreCodec
{
    public static byte[] Encode(StoreRequest request)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        switch (request)
        {
            case AppendEvents r:
                writer.Write((byte)1);
                Write(writer, r.Events);
                break;
            case ReadHighest r:
                writer.Write((byte)2);
                writer.Write(r.PersistenceId);
                break;
            case ReadEvents r:
                writer.Write((byte)3);
                writer.Write(r.PersistenceId);
                writer.Write(r.From);
                writer.Write(r.To);
                writer.Write(r.Most);
                break;
            case DeleteEvents r:
                writer.Write((byte)4);
                writer.Write(r.PersistenceId);
                writer.Write(r.To);
                break;
            case SaveSnapshotOf r:
                writer.Write((byte)5);
                Write(writer, r.Snapshot);
                break;
            case ReadSnapshot r:
                writer.Write((byte)6);
                writer.Write(r.PersistenceId);
                Write(writer, r.Bounds);
                break;
            case DeleteSnapshotsOf r:
                writer.Write((byte)7);
                writer.Write(r.PersistenceId);
                Write(writer, r.Bounds);
                break;
            case TakeLease r:
                writer.Write((byte)8);
                writer.Write(r.Name);
                writer.Write(r.Owner);
                writer.Write(r.SilentTicks);
                break;
            case RenewLease r:
                writer.Write((byte)9);
                writer.Write(r.Name);
                writer.Write(r.Owner);
                break;
            case GiveLease r:
                writer.Write((byte)10);
                writer.Write(r.Name);
                writer.Write(r.Owner);
                break;
            default:
                throw new ArgumentException($"A store knows no {request.GetType().Name}.", nameof(request));
        }

        return bytes.ToArray();
    }

    public static StoreRequest DecodeRequest(ReadOnlySpan<byte> bytes)
    {
        using var reader = Open(bytes);
        return reader.ReadByte() switch
        {
            1 => new AppendEvents(ReadEvents(reader)),
            2 => new ReadHighest(reader.ReadString()),
            3 => new ReadEvents(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()),
            4 => new DeleteEvents(reader.ReadString(), reader.ReadInt64()),
            5 => new SaveSnapshotOf(ReadSnapshot(reader)),
            6 => new ReadSnapshot(reader.ReadString(), ReadBounds(reader)),
            7 => new DeleteSnapshotsOf(reader.ReadString(), ReadBounds(reader)),
            8 => new TakeLease(reader.ReadString(), reader.ReadString(), reader.ReadInt64()),
            9 => new RenewLease(reader.ReadString(), reader.ReadString()),
            10 => new GiveLease(reader.ReadString(), reader.ReadString()),
            var kind => throw new InvalidDataException($"A request to a store is of kind {kind}, which there is not."),
        };
    }

    public static byte[] Encode(StoreReply reply)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        switch (reply)
        {
            case StoreDone:
                writer.Write((byte)1);
                break;
            case StoreConflict r:
                writer.Write((byte)2);
                writer.Write(r.PersistenceId);
                writer.Write(r.Highest);
                writer.Write(r.Holder);
                break;
            case HighestRead r:
                writer.Write((byte)3);
                writer.Write(r.Highest);
                break;
            case EventsRead r:
                writer.Write((byte)4);
                Write(writer, r.Events);
                break;
            case SnapshotRead r:
                writer.Write((byte)5);
                writer.Write(r.Snapshot is not null);
                if (r.Snapshot is not null)
                {
                    Write(writer, r.Snapshot);
                }

                break;
            case LeaseHeld r:
                writer.Write((byte)6);
                writer.Write(r.IsHeld);
                break;
            default:
                throw new ArgumentException($"A store answers no {reply.GetType().Name}.", nameof(reply));
        }

        return bytes.ToArray();
    }

    public static StoreReply DecodeReply(ReadOnlySpan<byte> bytes)
    {
        using var reader = Open(bytes);
        return reader.ReadByte() switch
        {
            1 => StoreDone.Instance,
            2 => new StoreConflict(reader.ReadString(), reader.ReadInt64(), reader.ReadString()),
            3 => new HighestRead(reader.ReadInt64()),
            4 => new EventsRead(ReadEvents(reader)),
            5 => new SnapshotRead(reader.ReadBoolean() ? ReadSnapshot(reader) : null),
            6 => new LeaseHeld(reader.ReadBoolean()),
            var kind => throw new InvalidDataException($"A reply of a store is of kind {kind}, which there is not."),
        };
    }

    private static BinaryReader Open(ReadOnlySpan<byte> bytes) => new(new MemoryStream(bytes.ToArray()), Encoding.UTF8);

    private static void Write(BinaryWriter writer, IReadOnlyList<StoredEvent> events)
    {
        writer.Write(events.Count);
        foreach (var stored in events)
        {
            writer.Write(stored.PersistenceId);
            writer.Write(stored.SequenceNr);
            writer.Write(stored.Writer);
            writer.Write(stored.Time);
            Write(writer, stored.Payload);
        }
    }

    private static void Write(BinaryWriter writer, StoredSnapshot snapshot)
    {
        writer.Write(snapshot.PersistenceId);
        writer.Write(snapshot.SequenceNr);
        writer.Write(snapshot.Time);
        Write(writer, snapshot.Payload);
    }

    private static void Write(BinaryWriter writer, StoredPayload payload)
    {
        writer.Write(payload.SerializerId);
        writer.Write(payload.Manifest);
        writer.Write(payload.Bytes.Length);
        writer.Write(payload.Bytes);
    }

    private static void Write(BinaryWriter writer, SnapshotBounds bounds)
    {
        writer.Write(bounds.LeastNumber);
        writer.Write(bounds.MostNumber);
        writer.Write(bounds.LeastTime);
        writer.Write(bounds.MostTime);
    }

    private static StoredEvent[] ReadEvents(BinaryReader reader)
    {
        var events = new StoredEvent[reader.ReadInt32()];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = new StoredEvent(reader.ReadString(), reader.ReadInt64(), reader.ReadString(), reader.ReadInt64(), ReadPayload(reader));
        }

        return events;
    }

    private static StoredSnapshot ReadSnapshot(BinaryReader reader) => new(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), ReadPayload(reader));

    private static StoredPayload ReadPayload(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));

    private static SnapshotBounds ReadBounds(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
}
