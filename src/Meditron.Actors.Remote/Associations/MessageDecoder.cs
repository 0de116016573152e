using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Associations;

/// <summary>Reads the messages of one connection and hands them on; knows the numbers that the peer has announced. Used by the connection's callbacks alone.</summary>
internal sealed class MessageDecoder(int maximumMessageSize, Func<string, IInternalActorRef> resolve, IMessageSink sink)
{
    private const int MaximumText = 16 * 1024;

    private readonly List<(string Path, IInternalActorRef Ref)> _refs = [];
    private readonly List<string> _manifests = [];
    private readonly NamedRefs _named = new(resolve);
    private readonly ChunkAssembler _control = new(maximumMessageSize);
    private readonly ChunkAssembler _ordinary = new(maximumMessageSize);

    /// <summary>How many messages of the ordinary lane have arrived.</summary>
    public ulong OrdinaryCount { get; private set; }

    /// <summary>Takes a frame; false for a type that it does not know.</summary>
    /// <exception cref="WireFormatException">The frame breaks the protocol.</exception>
    public bool TryRead(ReadOnlySpan<byte> frame)
    {
        var reader = new WireReader(frame);
        switch ((FrameType)reader.Byte())
        {
            case FrameType.Message:
                ReadMessage(ref reader);
                return true;
            case FrameType.DefineRef:
                var path = reader.String(MaximumText);
                reader.End();
                Demand(_refs.Count <= MessageEncoder.MaximumTableSize + 1);
                _refs.Add((path, resolve(path)));
                return true;
            case FrameType.DefineManifest:
                var manifest = reader.String(MaximumText);
                reader.End();
                Demand(_manifests.Count <= MessageEncoder.MaximumTableSize);
                _manifests.Add(manifest);
                return true;
            case FrameType.ResetTables:
                reader.End();
                _refs.Clear();
                _manifests.Clear();
                return true;
            case FrameType.ChunkBegin:
                var lane = Assembler(reader.Byte());
                lane.Begin(reader.Int(int.MaxValue), reader.Rest);
                return true;
            case FrameType.Chunk:
                if (Assembler(reader.Byte()).Add(reader.Rest) is { } whole)
                {
                    var inner = new WireReader(whole);
                    if (inner.Byte() != (byte)FrameType.Message)
                    {
                        throw new WireFormatException($"chunks make up a frame of type {whole[0]}; only messages travel in chunks");
                    }

                    ReadMessage(ref inner);
                }

                return true;
            default:
                return false;
        }
    }

    private void ReadMessage(ref WireReader reader)
    {
        var (recipient, isNumber) = ReadRecipient(ref reader);
        var sender = ReadSender(ref reader, isNumber);
        var serializer = reader.Zigzag();
        if (serializer is < int.MinValue or > int.MaxValue)
        {
            throw new WireFormatException($"a message names serializer {serializer}, which is no 32-bit number");
        }

        var manifest = ReadManifest(ref reader);
        if (isNumber)
        {
            OrdinaryCount++;
        }

        sink.OnMessage(recipient, sender, (int)serializer, manifest, reader.Rest);
    }

    private (IInternalActorRef Recipient, bool IsNumber) ReadRecipient(ref WireReader reader)
    {
        var number = reader.Int(int.MaxValue);
        switch (number)
        {
            case MessageEncoder.None:
                throw new WireFormatException("a message has no recipient");
            case MessageEncoder.Literal:
                return (_named.Find(reader.String(MaximumText)), false);
        }

        var index = Index(number, _refs.Count);
        var (path, actor) = _refs[index];
        // An actor that was not there, or is gone, may have come since, where the path names no incarnation.
        if (actor.IsTerminated)
        {
            actor = resolve(path);
            _refs[index] = (path, actor);
        }

        return (actor, true);
    }

    // Beside a number of the recipient's, a sender's path in full is one of those that are used once.
    private IInternalActorRef? ReadSender(ref WireReader reader, bool isOnce)
    {
        var number = reader.Int(int.MaxValue);
        return number switch
        {
            MessageEncoder.None => null,
            MessageEncoder.Literal when isOnce => resolve(reader.String(MaximumText)),
            MessageEncoder.Literal => _named.Find(reader.String(MaximumText)),
            _ => _refs[Index(number, _refs.Count)].Ref,
        };
    }

    private string ReadManifest(ref WireReader reader)
    {
        var number = reader.Int(int.MaxValue);
        return number switch
        {
            MessageEncoder.None => "",
            MessageEncoder.Literal => reader.String(MaximumText),
            _ => _manifests[Index(number, _manifests.Count)],
        };
    }

    private ChunkAssembler Assembler(byte lane) => lane switch
    {
        (byte)Lane.Control => _control,
        (byte)Lane.Ordinary => _ordinary,
        _ => throw new WireFormatException($"a chunk is of lane {lane}; known are 0 and 1"),
    };

    private static int Index(int number, int count) => number - MessageEncoder.FirstNumber < count
        ? number - MessageEncoder.FirstNumber
        : throw new WireFormatException($"a message uses number {number}, of which only those below {count + MessageEncoder.FirstNumber} were announced");

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new WireFormatException("more paths or manifests were announced than a table may hold");
        }
    }
}

/// <summary>Takes the messages that a connection brings.</summary>
internal interface IMessageSink
{
    /// <summary>A message for an actor of this system; the bytes are valid during the call only.</summary>
    void OnMessage(IInternalActorRef recipient, IInternalActorRef? sender, int serializerId, string manifest, ReadOnlySpan<byte> payload);
}
