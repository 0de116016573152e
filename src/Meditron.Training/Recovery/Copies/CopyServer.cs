using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using Meditron.Torch.Kernels;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;

namespace Meditron.Training.Recovery.Copies;

/// <summary>Gives shards in the memory of this machine to other machines, and keeps copies of theirs; a thread for each connection, nothing but what the peers ask.</summary>
internal sealed class CopyServer : IStateServer
{
    private const int Backlog = 64;
    private const int MaxConnections = 1024;
    private const int BlockBytes = 64 << 20;

    private readonly Socket listener;
    private readonly CopyStore store;
    private readonly byte[] key = RandomNumberGenerator.GetBytes(StateConnection.KeyBytes);
    private readonly IKernels kernels = new FusedKernels();
    private readonly TimeSpan timeout;
    private readonly Action<CopyHeld> held;
    private readonly HashSet<Socket> connections = [];
    private bool disposed;

    /// <summary>Begins to listen, at a free port.</summary>
    /// <param name="id">The worker or agent that it belongs to.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="host">The address at which other machines reach this one.</param>
    /// <param name="timeout">How long a peer may take for anything.</param>
    /// <param name="held">Told of every copy that begins to be kept, on any thread.</param>
    /// <exception cref="SocketException">There is no port to listen on.</exception>
    public CopyServer(string id, string machine, string host, TimeSpan timeout, Action<CopyHeld> held)
    {
        this.timeout = timeout;
        this.held = held;
        store = new CopyStore(id);
        listener = Listen(IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host)[0]);
        Description = new StateServer { Id = id, Machine = machine, Host = host, Port = ((IPEndPoint)listener.LocalEndPoint!).Port, Key = ByteString.CopyFrom(key) };
        new Thread(Accept) { IsBackground = true, Name = "state-server" }.Start();
    }

    /// <inheritdoc/>
    public StateServer Description { get; }

    /// <inheritdoc/>
    public IEnumerable<StateHandle> Handles => store.Handles;

    /// <inheritdoc/>
    public void End(long generation) => store.End(generation);

    /// <inheritdoc/>
    public void Keep(HoldStates wanted) => store.Keep(wanted.States, wanted.Generation);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (connections)
        {
            disposed = true;
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }

        listener.Dispose();
        store.Dispose();
    }

    /// <summary>Listens at the address itself, or at all of this machine's where it is the address of something before it.</summary>
    private static Socket Listen(IPAddress address)
    {
        try
        {
            return Bound(address);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return Bound(address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);
        }
    }

    private static Socket Bound(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = listener.Accept();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                lock (connections)
                {
                    if (disposed)
                    {
                        return;
                    }
                }

                // A peer that has gone again before it was accepted.
                continue;
            }

            lock (connections)
            {
                if (disposed || connections.Count >= MaxConnections)
                {
                    socket.Dispose();
                    continue;
                }

                connections.Add(socket);
            }

            new Thread(() => Serve(socket)) { IsBackground = true, Name = "state-connection" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            using var connection = StateConnection.Accept(socket, key, timeout);
            var request = connection.Receive(StateRequest.Parser);
            switch (request.WhatCase)
            {
                case StateRequest.WhatOneofCase.Keep:
                    Take(request.Keep, connection);
                    break;
                case StateRequest.WhatOneofCase.Read:
                    Give(request.Read, connection);
                    break;
            }
        }
        catch (IOException)
        {
            // The peer knows as much, and tells whom it concerns.
        }
        finally
        {
            lock (connections)
            {
                connections.Remove(socket);
            }
        }
    }

    /// <summary>Takes version after version, until the peer ends or its generation is over.</summary>
    private void Take(KeepCopy keep, StateConnection connection)
    {
        CopyWriter writer;
        try
        {
            writer = store.Begin(keep, connection);
        }
        catch (IOException exception)
        {
            connection.Send(new CopyKept { Refused = exception.Message });
            return;
        }

        using (writer)
        {
            connection.Send(new CopyKept { HasStart = writer.Arena.Steps().Any() });
            held(new CopyHeld { Generation = keep.Generation, State = store.HandleOf(writer) });
            while (true)
            {
                // A job may be paused for as long as it likes.
                connection.SetTimeout(Timeout.InfiniteTimeSpan);
                var version = connection.Receive(CopyVersion.Parser);
                connection.SetTimeout(timeout);
                if (version.Position is null)
                {
                    throw new IOException("A version without a position has arrived.");
                }

                var problem = writer.Take(Positions.Of(version.Position), connection);
                connection.Send(new VersionKept { Step = version.Position.Step, Problem = problem ?? "" });
            }
        }
    }

    /// <summary>Gives parts of a version that any process of this machine has in memory.</summary>
    private void Give(ReadState read, StateConnection connection)
    {
        StateArena arena;
        try
        {
            arena = read.State is { } state ? StateArena.Open(state.ProcessId, state.Fd, StateHolder.TokenOf(state)) : throw new IOException("no state is named");
        }
        catch (IOException exception)
        {
            connection.Send(new StateRead { Refused = exception.Message });
            return;
        }

        using (arena)
        {
            var slot = Enumerable.Range(0, StateArena.Slots).Where(index => arena.PositionOf(index)?.Step == read.Step).DefaultIfEmpty(-1).First();
            if (arena.Identity.Job != read.Job || slot < 0 || arena.PositionOf(slot) is not { } position)
            {
                connection.Send(new StateRead
                {
                    Refused = arena.Identity.Job != read.Job ? "the memory is of another model or batch" : $"the memory of rank {arena.Identity.Rank} has steps {string.Join(", ", arena.Steps())} and no longer step {read.Step}",
                });
                return;
            }

            var length = arena.Identity.ShardLength;
            if (read.Ranges.FirstOrDefault(range => range.Start < 0 || range.Length < 0 || range.Start > length - range.Length) is { } wrong)
            {
                connection.Send(new StateRead { Refused = $"the shard has {length} elements, and {wrong.Length} from {wrong.Start} on are asked for" });
                return;
            }

            var answer = new StateRead { Position = Positions.Message(position) };
            answer.History.AddRange(arena.History().Where(entry => entry.Step <= read.Step).Select(Positions.Message));
            connection.Send(answer);
            var ended = new ReadEnded();
            using var version = new ArenaVersion(arena, slot, read.Step);
            foreach (var range in read.Ranges)
            {
                try
                {
                    if (ended.Damage.Length == 0)
                    {
                        version.Verify(kernels, range.Start, range.Length, ended.Mended.Add);
                    }
                }
                catch (StateDamagedException exception)
                {
                    // The rest of it is not sent: a version that is given up may be written again at any moment. The reader learns why at the end.
                    ended.Damage = exception.Message;
                }

                for (var part = 0; part < StateArena.Parts; part++)
                {
                    if (ended.Damage.Length > 0)
                    {
                        SendZeros(range.Length * sizeof(float), connection);
                    }
                    else
                    {
                        Send(arena, slot, arena.PartOffset(part) + range.Start * sizeof(float), range.Length * sizeof(float), connection);
                    }
                }
            }

            ended.Problem = arena.PositionOf(slot)?.Step == read.Step ? "" : $"step {read.Step} was overwritten while it was read";
            connection.Send(ended);
        }
    }

    private static void Send(StateArena arena, int slot, long offset, long bytes, StateConnection connection)
    {
        while (bytes > 0)
        {
            var block = (int)Math.Min(bytes, BlockBytes);
            connection.SendBytes(arena.Bytes(slot, offset, block));
            offset += block;
            bytes -= block;
        }
    }

    private static void SendZeros(long bytes, StateConnection connection)
    {
        var zeros = new byte[Math.Min(bytes, BlockBytes)];
        for (; bytes > 0; bytes -= Math.Min(bytes, BlockBytes))
        {
            connection.SendBytes(zeros.AsSpan(0, (int)Math.Min(bytes, BlockBytes)));
        }
    }
}
