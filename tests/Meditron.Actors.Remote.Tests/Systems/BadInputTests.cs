using System.Buffers.Binary;
using System.Text;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote.Associations;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>What does not follow the protocol is refused with a line that says why, and disturbs nobody else.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task A_foreign_protocol_is_refused()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        await peer.SendBytes(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));

        Assert.Empty(await peer.ReadToEnd());
        Assert.Contains("does not speak this protocol", here.Warning("Refused a connection"), StringComparison.Ordinal);
        await here.Talk();
    }

    [Fact]
    public async Task A_frame_too_long_for_a_handshake_is_refused_before_it_is_read()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, 5000);
        await peer.SendBytes(header);

        Assert.Empty(await peer.ReadToEnd());
        here.Warning("a frame announces 5000 bytes; allowed are 1 to 4096");
        await here.Talk();
    }

    [Fact]
    public async Task A_frame_that_is_cut_off_is_refused()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        await peer.SendBytes([100, 0, 0, 0, 1, 2, 3]);
        peer.HalfClose();

        Assert.Empty(await peer.ReadToEnd());
        here.Warning("in the middle of a frame");
        await here.Talk();
    }

    [Fact]
    public async Task A_damaged_hello_is_refused()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        Handshake.Write(peer.Writer, new Hello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address, new byte[Handshake.NonceSize]));
        var frame = peer.Writer.Written.ToArray();
        frame[20] ^= 1;
        await peer.SendFrame(frame);

        Assert.Empty(await peer.ReadToEnd());
        here.Warning("its checksum does not match");
        await here.Talk();
    }

    [Fact]
    public async Task A_peer_of_an_older_version_is_told_which_versions_they_are()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        Handshake.Write(peer.Writer, new Hello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address, new byte[Handshake.NonceSize]));
        var frame = peer.Writer.Written.ToArray();
        frame[5] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan()[^4..], FrameChecksum.Of(frame.AsSpan()[..^4]));
        await peer.SendFrame(frame);

        var reject = Handshake.ReadReject((await peer.ReadFrame())!);
        Assert.Equal(RejectCode.Version, reject.Code);
        Assert.Equal("the peer speaks version 1 of the protocol, this system version 2: run the same release on both", reject.Reason);
        Assert.Contains("version 1", here.Warning("Refused a connection"), StringComparison.Ordinal);
        await here.Talk();
    }

    [Fact]
    public async Task A_frame_that_was_damaged_on_the_way_closes_the_connection_and_nothing_of_it_is_used()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Establish(here.Subject);
        peer.Writer.Start(FrameType.Message).Varint(MessageEncoder.Literal).String($"{here.Subject.Address}/user/nobody").Varint(MessageEncoder.None);
        var frame = RawPeer.Framed(peer.Writer.Written.ToArray());
        frame[^8] ^= 4;
        await peer.SendBytes(frame);

        await peer.ReadToEnd();
        here.Warning("does not have its checksum: it was damaged on the way");
        await here.Talk();
    }

    [Fact]
    public async Task Who_looks_for_another_system_is_told_so()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        await peer.SendHello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address.WithSystem("other"));

        var reject = Handshake.ReadReject((await peer.ReadFrame())!);
        Assert.Equal(RejectCode.WrongTarget, reject.Code);
        Assert.Contains("akka.tcp://other@127.0.0.1", reject.Reason, StringComparison.Ordinal);
        here.Warning("it was looking for akka.tcp://other@127.0.0.1");
        await here.Talk();
    }

    [Fact]
    public async Task Who_calls_itself_as_this_system_does_is_refused()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Connect(here.Subject.Address);
        await peer.SendHello(here.Subject.Address, 1, here.Subject.Address);

        Assert.Equal(RejectCode.WrongTarget, Handshake.ReadReject((await peer.ReadFrame())!).Code);
        here.Warning("two systems cannot have one address");
        await here.Talk();
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_both_sides_say_so()
    {
        await using var here = new Neighbourhood("akka.remote.secret = right", "akka.remote.secret = right");
        await here.Talk();
        await using var stranger = new RemoteSystem("stranger", "akka.remote.secret = wrong");
        stranger.RefTo(here.Subject, here.Echo).Tell("let me in", ActorRefs.NoSender);

        Assert.Contains("has not proven the secret", stranger.Events.Wait<AssociationErrorEvent>().Cause.Message, StringComparison.Ordinal);
        using var peer = await RawPeer.Connect(here.Subject.Address);
        await peer.SendHello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address);
        Handshake.ReadChallenge((await peer.ReadFrame())!);
        Handshake.WriteProof(peer.Writer, new byte[Handshake.ProofSize]);
        await peer.SendWritten();
        Assert.Equal(RejectCode.WrongSecret, Handshake.ReadReject((await peer.ReadFrame())!).Code);
        here.Warning("it has not proven the secret");
        await here.Talk();
    }

    [Fact]
    public async Task Without_a_secret_who_demands_one_is_not_trusted_either()
    {
        await using var here = new Neighbourhood("akka.remote.secret = right", "akka.remote.secret = right");
        await using var stranger = new RemoteSystem("stranger");
        stranger.RefTo(here.Subject, here.Echo).Tell("let me in", ActorRefs.NoSender);

        Assert.Contains("akka.remote.secret is not set here", stranger.Events.Wait<AssociationErrorEvent>().Cause.Message, StringComparison.Ordinal);
        await here.Talk();
    }

    [Fact]
    public async Task A_proof_cannot_be_used_again()
    {
        await using var here = new Neighbourhood("akka.remote.secret = right", "akka.remote.secret = right");
        using var first = await RawPeer.Connect(here.Subject.Address);
        var hello = await first.SendHello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address);
        var challenge = Handshake.ReadChallenge((await first.ReadFrame())!);
        var overheard = Handshake.ClientProof("right", hello, challenge.Uid, challenge.Nonce);

        using var second = await RawPeer.Connect(here.Subject.Address);
        await second.SendFrame(hello);
        Assert.NotEqual(challenge.Nonce, Handshake.ReadChallenge((await second.ReadFrame())!).Nonce);
        Handshake.WriteProof(second.Writer, overheard);
        await second.SendWritten();

        Assert.Equal(RejectCode.WrongSecret, Handshake.ReadReject((await second.ReadFrame())!).Code);
    }

    [Theory]
    [InlineData("foreign type", "a frame is of type 200")]
    [InlineData("second hello", "a frame is of type 1")]
    [InlineData("ack", "system message 5 is acknowledged, which was never sent")]
    [InlineData("number", "of which only those below")]
    [InlineData("no recipient", "a message has no recipient")]
    [InlineData("chunk", "a chunk belongs to no frame")]
    [InlineData("chunk size", "a chunked frame announces")]
    [InlineData("lane", "a chunk is of lane 7")]
    [InlineData("system", "a system message is of kind 9")]
    [InlineData("truncated", "a frame is truncated")]
    [InlineData("too long", "a frame announces 200000 bytes; allowed are 1 to 128000")]
    [InlineData("text", "a text is not UTF-8")]
    public async Task An_established_peer_that_breaks_the_protocol_loses_its_connection(string how, string why)
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var peer = await RawPeer.Establish(here.Subject);
        here.Subject.Events.Wait<AssociatedEvent>(e => e.RemoteAddress.System == "raw");
        switch (how)
        {
            case "foreign type":
                await peer.SendFrame([200]);
                break;
            case "second hello":
                await peer.SendHello(new Address("akka.tcp", "raw", "127.0.0.1", 1), 1, here.Subject.Address);
                break;
            case "ack":
                peer.Writer.Start(FrameType.SystemAck).Varint(5);
                await peer.SendWritten();
                break;
            case "number":
                peer.Writer.Start(FrameType.Message).Varint(9);
                await peer.SendWritten();
                break;
            case "no recipient":
                peer.Writer.Start(FrameType.Message).Varint(MessageEncoder.None);
                await peer.SendWritten();
                break;
            case "chunk":
                peer.Writer.Start(FrameType.Chunk).Byte(1).Byte(1);
                await peer.SendWritten();
                break;
            case "chunk size":
                peer.Writer.Start(FrameType.ChunkBegin).Byte(1).Varint(int.MaxValue).Byte(1);
                await peer.SendWritten();
                break;
            case "lane":
                peer.Writer.Start(FrameType.ChunkBegin).Byte(7).Varint(100);
                await peer.SendWritten();
                break;
            case "system":
                peer.Writer.Start(FrameType.System).Varint(1).Varint(0).Byte(9).String("akka.tcp://x@127.0.0.1:1/user");
                await peer.SendWritten();
                break;
            case "truncated":
                peer.Writer.Start(FrameType.Message).Varint(MessageEncoder.Literal).Varint(100);
                await peer.SendWritten();
                break;
            case "too long":
                await peer.SendBytes([0x40, 0x0D, 0x03, 0x00]);
                break;
            case "text":
                peer.Writer.Start(FrameType.DefineManifest).Varint(2).Byte(0xC3).Byte(0x28);
                await peer.SendWritten();
                break;
        }

        await peer.ReadToEnd();
        Assert.Contains("akka.tcp://raw@127.0.0.1:65000", here.Warning(why), StringComparison.Ordinal);
        await here.Talk();
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_dropped_by_name_and_the_next_one_arrives()
    {
        await using var here = new Neighbourhood();
        var (sink, log) = here.Subject.Probe("sink");
        using var peer = await RawPeer.Establish(here.Subject);
        var path = sink.Path.ToSerializationFormatWithAddress(here.Subject.Address);
        await Send(9999, "M", [1, 2]);
        Assert.Contains("serializer 9999, manifest [M], 2 bytes", here.Warning("no serializer has identifier 9999"), StringComparison.Ordinal);
        var strings = here.Subject.System.Serialization.FindSerializerFor("text");
        await Send(strings.Identifier, "unheard-of", [1]);
        here.Warning("manifest [unheard-of]");
        await Send(strings.Identifier, "S", [0xFF]);
        here.Warning("Cannot deserialize a message of 1 bytes");
        await Send(strings.Identifier, "S", Encoding.UTF8.GetBytes("readable"));

        Assert.Equal("readable", log.Wait<string>());
        Assert.DoesNotContain(here.Subject.Events.All, e => e is DisassociatedEvent);

        Task Send(int serializer, string manifest, byte[] payload)
        {
            peer.Writer.Start(FrameType.Message).Varint(MessageEncoder.Literal).String(path).Varint(MessageEncoder.None)
                .Zigzag(serializer).Varint(MessageEncoder.Literal).String(manifest).Bytes(payload);
            return peer.SendWritten();
        }
    }

    [Fact]
    public async Task A_message_for_an_actor_elsewhere_is_not_passed_on()
    {
        await using var here = new Neighbourhood();
        using var peer = await RawPeer.Establish(here.Subject);
        peer.Writer.Start(FrameType.Message).Varint(MessageEncoder.Literal).String($"{here.Neighbour.Address}/user/x").Varint(MessageEncoder.None)
            .Zigzag(here.Subject.System.Serialization.FindSerializerFor("").Identifier).Varint(MessageEncoder.Literal).String("S").Byte((byte)'x');
        await peer.SendWritten();

        here.Warning("is not here");
    }

    [Fact]
    public async Task A_second_system_at_the_address_of_another_takes_its_place_and_the_first_is_shut_out()
    {
        await using var here = new Neighbourhood();
        await here.Talk();
        using var first = await RawPeer.Establish(here.Subject, uid: 1);
        here.Subject.Events.Wait<AssociatedEvent>(e => e.RemoteAddress.System == "raw");
        using var second = await RawPeer.Establish(here.Subject, uid: 2);

        await first.ReadToEnd();
        here.Subject.Events.Wait<QuarantinedEvent>(e => e.Uid == 1);
        using var again = await RawPeer.Connect(here.Subject.Address);
        await again.SendHello(new Address("akka.tcp", "raw", "127.0.0.1", 65000), 1, here.Subject.Address);
        Handshake.ReadChallenge((await again.ReadFrame())!);
        Handshake.WriteProof(again.Writer, null);
        await again.SendWritten();
        Assert.Equal(RejectCode.Quarantined, Handshake.ReadReject((await again.ReadFrame())!).Code);
        here.Warning("incarnation 1 is quarantined here");
        await here.Talk();
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_that_names_its_key()
    {
        await using var here = new RemoteSystem("here");
        var refused = Assert.ThrowsAny<Exception>(() => new RemoteSystem("here", $"akka.remote.dot-netty.tcp.port = {here.Address.Port}"));

        Assert.Contains($"127.0.0.1:{here.Address.Port}: the port is in use", refused.Message, StringComparison.Ordinal);
        Assert.Contains("akka.remote.dot-netty.tcp.port", refused.Message, StringComparison.Ordinal);
    }
}
