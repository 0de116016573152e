using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Associations;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Wire;
using Meditron.Testing;

namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Whatever an established peer sends: the messages it wrote, or one documented refusal.</summary>
public class MessageDecoderFuzzTests
{
    private const ulong Seed = 4_000_000_007;
    private const int MaximumMessageSize = 4096;

    [Fact]
    public void Only_messages_that_were_written_come_out() => Fuzzer.Run(FuzzBudget.Suite, Seed, One);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_messages_that_were_written_come_out_for_long() => Fuzzer.Run(FuzzBudget.Soak, Seed, One);

    [Fact]
    public void Only_system_messages_that_were_written_come_out() => Fuzzer.Run(FuzzBudget.Suite, Seed, OneSystemMessage);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_system_messages_that_were_written_come_out_for_long() => Fuzzer.Run(FuzzBudget.Soak, Seed, OneSystemMessage);

    private static bool One(FuzzRandom random)
    {
        var written = new Script(random);
        var intact = random.OneIn(6);
        var sink = new Sink();
        var decoder = new MessageDecoder(MaximumMessageSize, Resolve, sink);
        var mutated = intact ? -1 : random.Below(written.Frames.Count);
        var fed = 0;
        try
        {
            for (var i = 0; i < written.Frames.Count; i++)
            {
                var frame = i == mutated || (!intact && random.OneIn(20)) ? Mutator.Mutate(random, written.Frames[i]) : written.Frames[i];
                if (frame.Length == 0)
                {
                    // The frame reader lets no empty frame pass.
                    continue;
                }

                fed += frame.Length;
                if (!decoder.TryRead(frame))
                {
                    Assert.DoesNotContain((FrameType)frame[0], Known);
                }
            }
        }
        catch (WireFormatException)
        {
            Assert.False(intact);
            return false;
        }

        Assert.InRange(sink.Bytes, 0, fed);
        if (intact)
        {
            Assert.Equal(written.Messages, sink.Messages);
        }

        return true;
    }

    private static bool OneSystemMessage(FuzzRandom random)
    {
        var writer = new WireWriter();
        var kind = 1 + random.Below(4);
        writer.Byte((byte)kind).String("akka.tcp://a@h:1/user/x#1");
        switch (kind)
        {
            case 1 or 2:
                writer.String("akka.tcp://b@h:2/user/y#2");
                break;
            case 3:
                writer.String("akka.tcp://b@h:2/user/y#2").Byte((byte)random.Below(4));
                break;
        }

        var body = random.OneIn(10) ? random.Bytes(random.Below(60)) : random.OneIn(5) ? writer.Written.ToArray() : Mutator.Mutate(random, writer.Written.ToArray());
        try
        {
            var (recipient, message) = SystemMessageCodec.Decode(body, Resolve);
            var again = SystemMessageCodec.Encode(recipient, message, actor => ((Named)actor).Text)!;
            var (sameRecipient, sameMessage) = SystemMessageCodec.Decode(again, Resolve);
            Assert.Equal((((Named)recipient).Text, message.GetType()), (((Named)sameRecipient).Text, sameMessage.GetType()));
            return true;
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    private static readonly FrameType[] Known =
        [FrameType.Message, FrameType.DefineRef, FrameType.DefineManifest, FrameType.ResetTables, FrameType.ChunkBegin, FrameType.Chunk];

    private static IInternalActorRef Resolve(string path) => new Named(path);

    private sealed record Got(string Recipient, string? Sender, int Serializer, string Manifest, string Payload);

    private sealed class Named(string text) : MinimalActorRef
    {
        private static readonly ActorPath Somewhere = new RootActorPath(new Address("akka", "fuzz"));

        public string Text => text;

        public override ActorPath Path => Somewhere;

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }

    private sealed class Sink : IMessageSink
    {
        public List<Got> Messages { get; } = [];

        public int Bytes { get; private set; }

        public void OnMessage(IInternalActorRef recipient, IInternalActorRef? sender, int serializerId, string manifest, ReadOnlySpan<byte> payload)
        {
            Bytes += payload.Length;
            Messages.Add(new Got(((Named)recipient).Text, (sender as Named)?.Text, serializerId, manifest, Convert.ToHexString(payload)));
        }
    }

    /// <summary>Frames as a peer writes them, and the messages in them.</summary>
    private sealed class Script
    {
        private readonly FuzzRandom _random;
        private readonly WireWriter _writer = new();
        private readonly List<string> _refs = [];
        private readonly List<string> _manifests = [];

        public Script(FuzzRandom random)
        {
            _random = random;
            for (var i = 1 + random.Below(10); i > 0; i--)
            {
                Step();
            }
        }

        public List<byte[]> Frames { get; } = [];

        public List<Got> Messages { get; } = [];

        private void Step()
        {
            switch (_random.Below(8))
            {
                case 0:
                    var path = $"akka.tcp://a@h:1/user/{_random.Below(50)}#{_random.Below(9)}";
                    _refs.Add(path);
                    Add(_writer.Start(FrameType.DefineRef).String(path));
                    break;
                case 1:
                    _manifests.Add($"M{_random.Below(50)}");
                    Add(_writer.Start(FrameType.DefineManifest).String(_manifests[^1]));
                    break;
                case 2 when _random.OneIn(4):
                    _refs.Clear();
                    _manifests.Clear();
                    Add(_writer.Start(FrameType.ResetTables));
                    break;
                default:
                    Message();
                    break;
            }
        }

        private void Message()
        {
            var payload = _random.Bytes(_random.Below(_random.OneIn(6) ? 600 : 40));
            var serializer = _random.OneIn(4) ? (int)_random.Next() : 2;
            var writer = _writer.Start(FrameType.Message);
            var recipient = Text(writer, _refs, "akka.tcp://a@h:1/system/remote-watcher");
            var sender = _random.OneIn(3) ? null : "";
            if (sender is null)
            {
                writer.Varint(MessageEncoder.None);
            }
            else
            {
                sender = Text(writer, _refs, "akka.tcp://b@h:2/temp/$1");
            }

            writer.Zigzag(serializer);
            var manifest = Text(writer, _manifests, "literal");
            writer.Bytes(payload);
            Messages.Add(new Got(recipient, sender, serializer, manifest, Convert.ToHexString(payload)));
            if (writer.Written.Length < 200 || _random.OneIn(2))
            {
                Frames.Add(writer.Written.ToArray());
                return;
            }

            var whole = writer.Written.ToArray();
            var lane = (byte)(_random.OneIn(3) ? Lane.Control : Lane.Ordinary);
            var at = 1 + _random.Below(100);
            Add(_writer.Start(FrameType.ChunkBegin).Byte(lane).Varint((ulong)whole.Length).Bytes(whole.AsSpan(0, at)));
            while (at < whole.Length)
            {
                var piece = Math.Min(whole.Length - at, 1 + _random.Below(100));
                Add(_writer.Start(FrameType.Chunk).Byte(lane).Bytes(whole.AsSpan(at, piece)));
                at += piece;
            }
        }

        private string Text(WireWriter writer, List<string> table, string literal)
        {
            if (table.Count > 0 && !_random.OneIn(4))
            {
                var index = _random.Below(table.Count);
                writer.Varint((ulong)(MessageEncoder.FirstNumber + index));
                return table[index];
            }

            writer.Varint(MessageEncoder.Literal).String(literal);
            return literal;
        }

        private void Add(WireWriter writer) => Frames.Add(writer.Written.ToArray());
    }
}
