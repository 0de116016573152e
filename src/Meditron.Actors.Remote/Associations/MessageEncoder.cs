using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Associations;

/// <summary>
/// Writes messages to one connection: paths and manifests once, numbers from then on; long messages in chunks. Used under the association's lock.
/// </summary>
internal sealed class MessageEncoder(IConnection connection, int largeMessageSize, Func<IActorRef, string> pathOf)
{
    /// <summary>How many paths and manifests get numbers before all are forgotten and given anew.</summary>
    public const int MaximumTableSize = 8192;

    private readonly WireWriter _head = new();
    private readonly WireWriter _definition = new();
    private readonly Dictionary<IActorRef, int> _refs = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _manifests = new(StringComparer.Ordinal);
    private object _epoch = new();
    private int _nextRef;
    private string _lastManifest = "";
    private int _lastManifestId;
    private long _sinceCheck;

    /// <summary>How many messages of the ordinary lane were written.</summary>
    public ulong OrdinaryCount { get; private set; }

    /// <summary>Whether more than <paramref name="limit"/> bytes wait; looks only now and then, since looking takes a lock.</summary>
    public bool IsOver(long limit) => _sinceCheck > limit / 16 && IsOverNow(limit);

    public void Write(RemoteActorRef recipient, IActorRef? sender, in SerializedMessage message)
    {
        if (_nextRef >= MaximumTableSize || _manifests.Count >= MaximumTableSize)
        {
            ResetTables();
        }

        var lane = recipient.IsControl ? Lane.Control : Lane.Ordinary;
        // A number is announced in the lane of the message that uses it first, so every lane has numbers of its own kind: control messages carry paths in full.
        var head = _head.Start(FrameType.Message);
        if (lane == Lane.Control)
        {
            head.Varint(Literal).String(pathOf(recipient));
            WriteSender(head, sender, compress: false);
            head.Zigzag(message.SerializerId);
            WriteLiteralManifest(head, message.Manifest);
        }
        else
        {
            head.Varint((ulong)RefOf(recipient));
            WriteSender(head, sender, compress: true);
            head.Zigzag(message.SerializerId);
            WriteManifest(head, message.Manifest);
            OrdinaryCount++;
        }

        var length = head.Written.Length + message.Payload.Length;
        _sinceCheck += length;
        if (length <= largeMessageSize)
        {
            connection.Send(lane, head.Written, message.Payload);
        }
        else
        {
            SendInChunks(lane, head.Written, message.Payload, length);
        }
    }

    // 0: none; 1: in full; from 2 on: a number.
    internal const int None = 0;
    internal const int Literal = 1;
    internal const int FirstNumber = 2;

    private int RefOf(RemoteActorRef recipient)
    {
        if (ReferenceEquals(recipient.NumberEpoch, _epoch))
        {
            return recipient.Number;
        }

        var number = Define(recipient);
        recipient.Number = number;
        recipient.NumberEpoch = _epoch;
        return number;
    }

    private int Define(IActorRef actor)
    {
        var number = FirstNumber + _nextRef++;
        connection.Send(Lane.Ordinary, _definition.Start(FrameType.DefineRef).String(pathOf(actor)).Written, default);
        return number;
    }

    private void WriteSender(WireWriter head, IActorRef? sender, bool compress)
    {
        if (sender is null || sender.IsNobody())
        {
            head.Varint(None);
        }
        else if (!compress || IsTemporary(sender.Path))
        {
            head.Varint(Literal).String(pathOf(sender));
        }
        else
        {
            if (!_refs.TryGetValue(sender, out var number))
            {
                number = Define(sender);
                _refs.Add(sender, number);
            }

            head.Varint((ulong)number);
        }
    }

    private void WriteManifest(WireWriter head, string manifest)
    {
        if (!ReferenceEquals(manifest, _lastManifest))
        {
            if (manifest.Length == 0)
            {
                _lastManifestId = None;
            }
            else if (!_manifests.TryGetValue(manifest, out _lastManifestId))
            {
                _lastManifestId = FirstNumber + _manifests.Count;
                _manifests.Add(manifest, _lastManifestId);
                connection.Send(Lane.Ordinary, _definition.Start(FrameType.DefineManifest).String(manifest).Written, default);
            }

            _lastManifest = manifest;
        }

        head.Varint((ulong)_lastManifestId);
    }

    private static void WriteLiteralManifest(WireWriter head, string manifest)
    {
        if (manifest.Length == 0)
        {
            head.Varint(None);
        }
        else
        {
            head.Varint(Literal).String(manifest);
        }
    }

    private void SendInChunks(Lane lane, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, int length)
    {
        // The first chunk is the head alone: it is never as long as the whole.
        connection.Send(lane, _definition.Start(FrameType.ChunkBegin).Byte((byte)lane).Varint((ulong)length).Written, head);
        for (var offset = 0; offset < body.Length; offset += largeMessageSize)
        {
            connection.Send(
                lane,
                _definition.Start(FrameType.Chunk).Byte((byte)lane).Written,
                body.Slice(offset, Math.Min(largeMessageSize, body.Length - offset)));
        }
    }

    private void ResetTables()
    {
        connection.Send(Lane.Ordinary, _definition.Start(FrameType.ResetTables).Written, default);
        _refs.Clear();
        _manifests.Clear();
        _nextRef = 0;
        _epoch = new object();
        _lastManifest = "";
        _lastManifestId = None;
    }

    private bool IsOverNow(long limit)
    {
        if (connection.QueuedBytes > limit)
        {
            return true;
        }

        _sinceCheck = 0;
        return false;
    }

    // The references of ask are used once.
    private static bool IsTemporary(ActorPath path) => path.Depth >= 1 && path.ParentOf(1).Name == "temp";
}
