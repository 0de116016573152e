using System.Net;
using System.Net.Sockets;
using System.Text;
using Meditron.Cmd.Client;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests.Hosting;

public class SecretTests
{
    private const string Secret = "correct horse battery staple";
    private const string Guarded = $"akka.remote.secret = \"{Secret}\"\nmeditron.cmd.secret-on-loopback = on";

    [Fact]
    public async Task A_client_with_the_secret_is_let_in_and_all_its_frames_are_sealed()
    {
        await using var node = TestNode.Local(Guarded, new EchoCommands());
        var client = await node.Connect(Secret);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"hello {i}", (await client.RunText($"echo say 'hello {i}'")).Succeeds().Output);
        }
    }

    [Theory]
    [InlineData("wrong", "the client's secret is another one than the node's akka.remote.secret")]
    [InlineData(null, "demands the cluster's secret. Give it with --secret-file")]
    public async Task A_client_without_the_secret_is_refused(string? secret, string message)
    {
        await using var node = TestNode.Local(Guarded, new EchoCommands());

        var refused = await Assert.ThrowsAsync<CommandClientException>(() => node.Connect(secret));

        Assert.Equal(CommandClientProblem.Secret, refused.Problem);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_just_says_that_it_needs_none_is_refused()
    {
        await using var node = TestNode.Local(Guarded, new EchoCommands());
        using var client = new RawClient(node.Port);
        client.Send(new ClientFrame { Hello = RawClient.Hello });
        Assert.True(client.Read()!.Challenge.SecretNeeded);
        client.Send(new ClientFrame { Proof = new Proof() });

        Assert.Equal(Reject.Types.Code.Secret, client.ReadRejection().Code);
    }

    [Fact]
    public async Task A_proof_of_another_connection_is_worth_nothing()
    {
        await using var node = TestNode.Local(Guarded, new EchoCommands());
        using var first = new RawClient(node.Port);
        first.Send(new ClientFrame { Hello = RawClient.Hello });
        var proof = new SecretProof(Secret, RawClient.Hello, first.Read()!.Challenge).OfClient;
        using var second = new RawClient(node.Port);
        second.Send(new ClientFrame { Hello = RawClient.Hello });
        second.Read();

        second.Send(new ClientFrame { Proof = new Proof { Mac = Google.Protobuf.ByteString.CopyFrom(proof) } });

        Assert.Equal(Reject.Types.Code.Secret, second.ReadRejection().Code);
    }

    [Fact]
    public async Task Clients_of_this_machine_need_no_secret_unless_that_is_configured()
    {
        await using var node = TestNode.Local($"akka.remote.secret = \"{Secret}\"", new EchoCommands());

        (await node.Run("echo say x")).Succeeds();
        (await node.Run("echo say x", Secret)).Succeeds();
        Assert.Equal(CommandClientProblem.Secret, (await Assert.ThrowsAsync<CommandClientException>(() => node.Connect("wrong"))).Problem);
    }

    [Fact]
    public async Task On_an_interface_that_others_can_reach_the_secret_is_demanded_and_must_be_configured()
    {
        var failure = Assert.Throws<ConfigurationException>(() => TestNode.Local("meditron.cmd.host = \"0.0.0.0\""));
        Assert.Contains("meditron.cmd.host is 0.0.0.0, which other machines can reach, but akka.remote.secret is empty", failure.Message, StringComparison.Ordinal);

        await using var node = TestNode.Local($"meditron.cmd.host = \"0.0.0.0\"\nakka.remote.secret = \"{Secret}\"", new EchoCommands());
        Assert.Equal(CommandClientProblem.Secret, (await Assert.ThrowsAsync<CommandClientException>(() => node.Connect())).Problem);
        (await node.Run("echo say x", Secret)).Succeeds();
    }

    [Fact]
    public async Task The_secret_is_never_sent_and_a_frame_that_somebody_changes_is_refused()
    {
        await using var node = TestNode.Local(Guarded, new EchoCommands());
        using var between = new ManInTheMiddle(node.Port);
        var client = await node.Connect(between.Port, Secret);
        Assert.Equal("hello", (await client.RunText("echo say hello")).Succeeds().Output);

        between.ChangeNext("hello", "jello");
        var lost = await Assert.ThrowsAsync<CommandClientException>(() => client.RunText("echo say hello"));

        Assert.Contains("a frame is not authentic", lost.Message, StringComparison.Ordinal);
        Assert.Contains("hello", between.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, between.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_does_not_prove_the_secret_is_not_believed()
    {
        var hello = RawClient.Hello;
        var challenge = new Challenge { Protocol = SecretProof.Protocol, Version = SecretProof.Version, Nonce = hello.Nonce };
        var proof = new SecretProof(Secret, hello, challenge);

        Assert.NotEqual(proof.OfClient, proof.OfHost);
        Assert.NotEqual(proof.OfHost, new SecretProof("other", hello, challenge).OfHost);
        var body = Encoding.UTF8.GetBytes("frame");
        Assert.NotEqual(proof.ClientSeal().Next(body), proof.HostSeal().Next(body));
        var seal = proof.HostSeal();
        Assert.NotEqual(seal.Next(body), seal.Next(body));
    }

    /// <summary>Passes everything on between a client and a node, remembers it, and changes what it is told to.</summary>
    private sealed class ManInTheMiddle : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly StringBuilder _seen = new();
        private readonly Lock _lock = new();
        private (byte[] From, byte[] To)? _change;

        public ManInTheMiddle(int target)
        {
            _listener.Start();
            _ = Run(target);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Seen
        {
            get
            {
                lock (_lock)
                {
                    return _seen.ToString();
                }
            }
        }

        public void ChangeNext(string from, string to) => _change = (Encoding.ASCII.GetBytes(from), Encoding.ASCII.GetBytes(to));

        public void Dispose() => _listener.Dispose();

        private async Task Run(int target)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var host = new TcpClient();
            await host.ConnectAsync("127.0.0.1", target);
            await Task.WhenAny(Copy(client.GetStream(), host.GetStream(), change: true), Copy(host.GetStream(), client.GetStream(), change: false));
        }

        private async Task Copy(NetworkStream from, NetworkStream to, bool change)
        {
            var buffer = new byte[65536];
            int read;
            while ((read = await from.ReadAsync(buffer)) > 0)
            {
                lock (_lock)
                {
                    _seen.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }

                if (change && _change is { } wanted && buffer.AsSpan(0, read).IndexOf(wanted.From) is >= 0 and var at)
                {
                    wanted.To.CopyTo(buffer, at);
                    _change = null;
                }

                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
    }
}
