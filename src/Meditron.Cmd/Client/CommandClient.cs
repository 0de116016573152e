using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Client;

/// <summary>Connects with the command host of a node and runs commands there.</summary>
internal sealed class CommandClient : IAsyncDisposable
{
    // Frames of a command that the reader may be ahead of who prints them.
    private const int FramesAhead = 64;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(15);

    private readonly FrameChannel _channel;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<uint, Channel<ServerFrame>> _runs = new();
    private readonly TimeSpan _heartbeat;
    private Task _reading = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private CommandClientException? _lost;
    private uint _lastId;
    private bool _disposed;

    private CommandClient(FrameChannel channel, TimeProvider time, string endPoint, Welcome welcome)
    {
        _channel = channel;
        _time = time;
        EndPoint = endPoint;
        Node = welcome.Node;
        _heartbeat = TimeSpan.FromMilliseconds(Math.Clamp(welcome.HeartbeatMilliseconds, 100u, 600_000u));
        Palettes = [.. welcome.Palettes.Select(PaletteInfos.FromInfo)];
    }

    /// <summary>Where the client is connected: host and port.</summary>
    public string EndPoint { get; }

    /// <summary>The node's own address.</summary>
    public string Node { get; }

    /// <summary>What the node can be told.</summary>
    public IReadOnlyList<CommandPalette> Palettes { get; }

    /// <summary>Whether the connection stands.</summary>
    public bool IsConnected => Volatile.Read(ref _lost) is null;

    private TimeSpan Silence => _heartbeat * 3 > LeastSilence ? _heartbeat * 3 : LeastSilence;

    /// <summary>Connects, proves the secret where one is given, and learns the node's commands.</summary>
    /// <exception cref="CommandClientException">That failed.</exception>
    public static async Task<CommandClient> ConnectAsync(string host, int port, string? secret, TimeProvider time, CancellationToken cancellation)
    {
        var endPoint = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        var socket = await Dial(host, port, endPoint, time, cancellation);
        var channel = new FrameChannel(new NetworkStream(socket, ownsSocket: true), time);
        try
        {
            var isLoopback = socket.RemoteEndPoint is IPEndPoint end && IPAddress.IsLoopback(end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address);
            var welcome = await Introduce(channel, secret, endPoint, isLoopback, cancellation);
            var client = new CommandClient(channel, time, endPoint, welcome);
            client._reading = client.ReadAll();
            client._beating = client.BeatAll();
            return client;
        }
        catch (Exception e)
        {
            channel.Dispose();
            if (e is FrameException or TimeoutException)
            {
                throw new CommandClientException(
                    CommandClientProblem.Foreign, $"What listens on {endPoint} is no node of this version: {e.Message}. Check the port: it is meditron.cmd.port of the node, not that of its remoting.", e);
            }

            if (e is IOException or SocketException)
            {
                throw new CommandClientException(CommandClientProblem.Lost, $"The connection with {endPoint} broke while it was being made: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <param name="words">Palette, command and arguments.</param>
    /// <param name="output">Gets the text as it comes, one or more lines at a time.</param>
    /// <param name="cancellation">Stops the command, not the connection.</param>
    /// <exception cref="CommandClientException">The connection has broken.</exception>
    public async Task<CommandOutcome> RunAsync(IReadOnlyList<string> words, Action<string> output, CancellationToken cancellation)
    {
        var id = ++_lastId;
        var frames = Channel.CreateBounded<ServerFrame>(FramesAhead);
        _runs[id] = frames;
        try
        {
            ThrowIfLost();
            await Send(new ClientFrame { Run = new Run { Id = id, Words = { words } } });
            return await Follow(id, frames.Reader, output, cancellation);
        }
        finally
        {
            _runs.TryRemove(id, out _);

            // The reader may be waiting to hand over a frame that nobody wants any more.
            frames.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _closing.CancelAsync();
        _channel.Dispose();
        await Task.WhenAll(_reading, _beating);
        _closing.Dispose();
    }

    private static async Task<Socket> Dial(string host, int port, string endPoint, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await socket.ConnectAsync(host, port, both.Token);
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            socket.Dispose();
            if (cancellation.IsCancellationRequested)
            {
                throw;
            }

            var why = e switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there",
                OperationCanceledException => $"there is no answer within {ConnectTimeout.TotalSeconds:0} s",
                _ => e.Message,
            };
            throw new CommandClientException(
                CommandClientProblem.Unreachable, $"Cannot connect with {endPoint}: {why}. Check that a node runs there, and that this is its meditron.cmd.host and port (its log says \"Commands are served on\").", e);
        }
    }

    private static async Task<Welcome> Introduce(FrameChannel channel, string? secret, string endPoint, bool isLoopback, CancellationToken cancellation)
    {
        var hello = new Hello
        {
            Protocol = SecretProof.Protocol,
            Version = SecretProof.Version,
            Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SecretProof.NonceSize)),
        };
        await channel.WriteAsync(new ClientFrame { Hello = hello }, cancellation);
        var challenge = (await Expect(channel, ServerFrame.KindOneofCase.Challenge, endPoint, cancellation)).Challenge;
        if (challenge.Protocol != SecretProof.Protocol || challenge.Nonce.Length != SecretProof.NonceSize)
        {
            throw new FrameException("it speaks another protocol");
        }

        var given = !string.IsNullOrEmpty(secret);
        if (challenge.SecretNeeded && !given)
        {
            throw new CommandClientException(
                CommandClientProblem.Secret, $"{endPoint} demands the cluster's secret. Give it with --secret-file, in MEDITRON_SECRET, or with --config and the node's own configuration.");
        }

        var proof = new SecretProof(secret ?? "", hello, challenge);
        await channel.WriteAsync(new ClientFrame { Proof = new Proof { Mac = given ? ByteString.CopyFrom(proof.OfClient) : ByteString.Empty } }, cancellation);
        var welcome = (await Expect(channel, ServerFrame.KindOneofCase.Welcome, endPoint, cancellation)).Welcome;
        if (welcome.Mac.Length == 0 && (!given || isLoopback))
        {
            return welcome;
        }

        if (!SecretProof.Same(welcome.Mac, proof.OfHost))
        {
            throw new CommandClientException(
                CommandClientProblem.Secret, $"{endPoint} has not proven that it knows the cluster's secret, so it may be somebody else. Check the address and the secret.");
        }

        channel.Seal(proof.HostSeal(), proof.ClientSeal());
        return welcome;
    }

    private static async Task<ServerFrame> Expect(FrameChannel channel, ServerFrame.KindOneofCase kind, string endPoint, CancellationToken cancellation)
    {
        var frame = await channel.ReadAsync(HandshakeTimeout, cancellation) ?? throw new FrameException("it closes the connection");
        return frame.KindCase == kind ? frame
            : frame.KindCase == ServerFrame.KindOneofCase.Reject ? throw Rejected(frame.Reject, endPoint)
            : throw new FrameException($"a {kind} was expected, not a {frame.KindCase}");
    }

    private static CommandClientException Rejected(Reject reject, string endPoint) => reject.Code switch
    {
        Reject.Types.Code.Secret => new(CommandClientProblem.Secret, $"{endPoint} refuses: {reject.Reason}."),
        Reject.Types.Code.Version => new(CommandClientProblem.Foreign, $"{endPoint} refuses: {reject.Reason}."),
        _ => new(CommandClientProblem.Refused, $"{endPoint} refuses: {reject.Reason}."),
    };

    private async Task<CommandOutcome> Follow(uint id, ChannelReader<ServerFrame> frames, Action<string> output, CancellationToken cancellation)
    {
        CancellationTokenSource? limit = null;
        try
        {
            while (true)
            {
                if (limit is null && cancellation.IsCancellationRequested)
                {
                    // The node stops the command and says so; one that does not is not waited for.
                    limit = new CancellationTokenSource(CancelTimeout, _time);
                    await Send(new ClientFrame { Cancel = new Cancel { Id = id } });
                }

                if (!frames.TryRead(out var frame))
                {
                    if (await Waits(frames, limit?.Token ?? cancellation) is not { } more)
                    {
                        if (limit is { IsCancellationRequested: true })
                        {
                            return new CommandOutcome(Ended.Types.Status.Cancelled, "");
                        }

                        continue;
                    }

                    if (!more)
                    {
                        ThrowIfLost();
                        throw new CommandClientException(CommandClientProblem.Lost, $"The connection with {EndPoint} is closed.");
                    }

                    continue;
                }

                if (frame.KindCase == ServerFrame.KindOneofCase.Ended)
                {
                    return new CommandOutcome(frame.Ended.Status, TerminalText.Clean(frame.Ended.Message));
                }

                if (limit is null)
                {
                    output(TerminalText.Clean(frame.Output.Text));
                }
            }
        }
        finally
        {
            limit?.Dispose();
        }
    }

    /// <summary>Waits for a frame: whether there is one or never will be, or null where the wait was ended.</summary>
    private static async Task<bool?> Waits(ChannelReader<ServerFrame> frames, CancellationToken token)
    {
        try
        {
            return await frames.WaitToReadAsync(token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task ReadAll()
    {
        try
        {
            while (await _channel.ReadAsync(Silence, _closing.Token) is { } frame)
            {
                switch (frame.KindCase)
                {
                    case ServerFrame.KindOneofCase.Output:
                        await HandOver(frame.Output.Id, frame);
                        break;
                    case ServerFrame.KindOneofCase.Ended:
                        await HandOver(frame.Ended.Id, frame);
                        break;
                    case ServerFrame.KindOneofCase.Reject:
                        throw Rejected(frame.Reject, EndPoint);
                    case ServerFrame.KindOneofCase.Goodbye:
                        throw new CommandClientException(CommandClientProblem.Lost, $"{EndPoint} has closed the connection: {TerminalText.Clean(frame.Goodbye.Reason)}.");
                }
            }

            throw new CommandClientException(CommandClientProblem.Lost, $"The connection with {EndPoint} is lost: the node has ended, or was killed.");
        }
        catch (CommandClientException e)
        {
            Lose(e);
        }
        catch (Exception e) when (e is FrameException or TimeoutException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Lose(new CommandClientException(CommandClientProblem.Lost, $"The connection with {EndPoint} is lost: {e.Message}", e));
        }
    }

    private async Task HandOver(uint id, ServerFrame frame)
    {
        if (_runs.TryGetValue(id, out var frames))
        {
            try
            {
                await frames.Writer.WriteAsync(frame, _closing.Token);
            }
            catch (ChannelClosedException)
            {
                // Whoever ran the command does not listen any more.
            }
        }
    }

    private async Task BeatAll()
    {
        try
        {
            using var timer = new PeriodicTimer(_heartbeat, _time);
            while (await timer.WaitForNextTickAsync(_closing.Token) && IsConnected)
            {
                await _channel.WriteAsync(new ClientFrame { Beat = new Beat() }, _closing.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader says that the connection is lost.
        }
    }

    private async Task Send(ClientFrame frame)
    {
        try
        {
            await _channel.WriteAsync(frame, _closing.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            ThrowIfLost();
            throw new CommandClientException(CommandClientProblem.Lost, $"The connection with {EndPoint} is lost: {e.Message}", e);
        }
    }

    private void Lose(CommandClientException why)
    {
        Interlocked.CompareExchange(ref _lost, why, null);
        foreach (var run in _runs.Values)
        {
            run.Writer.TryComplete();
        }
    }

    private void ThrowIfLost()
    {
        if (Volatile.Read(ref _lost) is { } lost)
        {
            throw new CommandClientException(lost.Problem, lost.Message, lost);
        }
    }
}
