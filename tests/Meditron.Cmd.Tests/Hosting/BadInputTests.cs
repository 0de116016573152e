using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Meditron.Cmd.Client;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests.Hosting;

public class BadInputTests
{
    [Fact]
    public async Task Another_protocol_is_named_in_the_refusal_and_in_the_log()
    {
        await using var node = TestNode.Local("", new EchoCommands());
        using var client = new RawClient(node.Port);
        client.Stream.Write("GET / HTTP/1.1\r\n\r\n"u8);

        var reject = client.ReadRejection();

        Assert.Equal(Reject.Types.Code.Malformed, reject.Code);
        Assert.Contains("\"GET \", which is another protocol", reject.Reason, StringComparison.Ordinal);
        var log = (await node.Run("log view -l warning")).Succeeds().Output;
        Assert.Contains("is refused: the connection starts with \"GET \"", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task A_frame_of_a_length_that_is_not_allowed_is_refused_before_anything_is_reserved_for_it(int length)
    {
        await using var node = TestNode.Local("", new EchoCommands());
        using var client = new RawClient(node.Port);
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        client.Stream.Write(header);

        Assert.Contains($"a frame announces {(uint)length} bytes, where 1 to 4096 are allowed", client.ReadRejection().Reason, StringComparison.Ordinal);
        (await node.Run("echo say x")).Succeeds();
    }

    [Fact]
    public async Task A_command_that_is_too_long_is_refused()
    {
        await using var node = TestNode.Local("meditron.cmd.max-command-size = 1 KiB", new EchoCommands());
        using var client = new RawClient(node.Port);
        client.Greet();
        client.Send(new ClientFrame { Run = new Run { Id = 1, Words = { "echo", "say", new string('x', 2000) } } });

        Assert.Contains("1 to 1024 are allowed", client.ReadRejection().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_out_of_their_order_are_refused()
    {
        await using var node = TestNode.Local("", new EchoCommands());
        using (var early = new RawClient(node.Port))
        {
            early.Send(new ClientFrame { Run = new Run { Id = 1, Words = { "echo", "say", "x" } } });
            Assert.Equal("a Hello was expected, not a Run", early.ReadRejection().Reason);
        }

        using (var twice = new RawClient(node.Port))
        {
            twice.Greet();
            twice.Send(new ClientFrame { Hello = RawClient.Hello });
            Assert.Equal("a command was expected, not a Hello", twice.ReadRejection().Reason);
        }

        using (var nothing = new RawClient(node.Port))
        {
            nothing.Send(new ClientFrame { Hello = new Hello { Protocol = "other" } });
            Assert.Equal("the client speaks another protocol", nothing.ReadRejection().Reason);
        }

        using (var version = new RawClient(node.Port))
        {
            var hello = RawClient.Hello;
            hello.Version = 99;
            version.Send(new ClientFrame { Hello = hello });
            Assert.Equal(Reject.Types.Code.Version, version.ReadRejection().Code);
        }
    }

    [Fact]
    public async Task The_same_command_number_twice_is_refused()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("", new EchoCommands(observer));
        using var client = new RawClient(node.Port);
        client.Greet();
        client.Send(new ClientFrame { Run = new Run { Id = 7, Words = { "echo", "wait" } } });
        client.Send(new ClientFrame { Run = new Run { Id = 7, Words = { "echo", "wait" } } });

        Assert.Equal("the command 7 runs already", client.ReadRejection().Reason);
        await observer.Next<EchoCommands.Stopped>();
    }

    [Fact]
    public async Task A_client_that_does_not_introduce_itself_in_time_is_sent_away()
    {
        await using var node = TestNode.Local("meditron.cmd.handshake-timeout = 200 ms");
        using var client = new RawClient(node.Port);

        Assert.Equal(Reject.Types.Code.Silent, client.ReadRejection().Code);
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_given_up()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("meditron.cmd { heartbeat-interval = 500 ms, idle-timeout = 5 s }", new EchoCommands(observer));
        using var client = new RawClient(node.Port);
        client.Greet();
        client.Send(new ClientFrame { Run = new Run { Id = 1, Words = { "echo", "follow" } } });

        await observer.Next<EchoCommands.Stopped>();
        while (client.Read() is { } frame)
        {
            Assert.True(frame.Beat is not null || frame.Output is not null);
        }
    }

    [Fact]
    public async Task A_live_client_that_says_nothing_is_kept_by_its_heartbeats()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("meditron.cmd { heartbeat-interval = 500 ms, idle-timeout = 10 s }", new EchoCommands(observer));
        var quiet = await node.Connect();
        using var silent = new RawClient(node.Port);
        silent.Greet();
        while (silent.Read() is not null)
        {
            // Until the host has given the silent one up, which takes the whole of the idle time.
        }

        (await quiet.RunText("echo say x")).Succeeds();
    }

    [Fact]
    public async Task A_stream_that_its_client_does_not_read_leaves_lines_out_and_says_how_many()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("meditron.cmd.send-queue-limit = 64 KiB", new EchoCommands(observer));
        using var client = new RawClient(node.Port);
        client.Greet();
        client.Send(new ClientFrame { Run = new Run { Id = 1, Words = { "echo", "follow" } } });
        var stream = (await observer.Next<EchoCommands.Started>()).Client;
        var line = new string('x', 64 << 10);
        var sent = 0;
        for (; sent < 1000; sent++)
        {
            stream.Tell(new CommandResponse(line, final: false));
        }

        var whole = 0;
        while (true)
        {
            var text = client.Read()?.Output?.Text ?? "";
            whole += text == line ? 1 : 0;
            if (text.StartsWith("... ", StringComparison.Ordinal))
            {
                Assert.EndsWith(" left out: the connection is too slow", text, StringComparison.Ordinal);
                var leftOut = int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(leftOut, 1, sent - whole);
                break;
            }

            // Once there is room again the next line tells what is missing.
            stream.Tell(new CommandResponse(line, final: false));
            sent++;
        }
    }

    [Fact]
    public async Task Random_bytes_disturb_nobody()
    {
        await using var node = TestNode.Local("meditron.cmd.max-clients = 32", new EchoCommands());
        var witness = await node.Connect();
        var random = new Random(20261127);
        for (var i = 0; i < 300; i++)
        {
            using var client = new RawClient(node.Port);
            if (i % 3 == 0)
            {
                client.Greet();
            }

            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // A plausible length lets the content reach the parser.
                BinaryPrimitives.WriteInt32LittleEndian(bytes.Length >= 4 ? bytes : bytes = new byte[5], Math.Max(1, bytes.Length - 4));
            }

            client.Stream.Write(bytes);
        }

        (await witness.RunText("echo say 'still here'")).Succeeds();
    }

    [Fact]
    public void Random_frames_are_messages_or_refused()
    {
        var random = new Random(7);
        var valid = new ClientFrame { Run = new Run { Id = 3, Words = { "cluster", "show", "-r", "worker" } } }.ToByteArray();
        var seal = new FrameSeal(new byte[32]);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = (byte[])valid.Clone();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..random.Next(bytes.Length + 1)];
            try
            {
                _ = ClientFrame.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                // Refused, as it should be.
            }

            Assert.Throws<FrameException>(() => Frames.Open(bytes, seal));
        }
    }

    [Fact]
    public async Task What_listens_but_is_no_node_is_told_apart_by_the_client()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var connecting = CommandClient.ConnectAsync("127.0.0.1", port, null, TimeProvider.System, CancellationToken.None);
        using var server = await listener.AcceptTcpClientAsync().InTime();
        await server.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));

        var foreign = await Assert.ThrowsAsync<CommandClientException>(() => connecting.InTime());

        Assert.Equal(CommandClientProblem.Foreign, foreign.Problem);
        Assert.Contains("is no node of this version", foreign.Message, StringComparison.Ordinal);
    }
}
