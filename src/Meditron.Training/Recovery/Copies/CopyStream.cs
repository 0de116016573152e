using System.Runtime.InteropServices;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery.Copies;

/// <summary>Sends version after version of one shard to a state server, on a thread of its own, while training goes on.</summary>
internal sealed class CopyStream : IDisposable
{
    private const int Attempts = 3;
    private const int BlockBytes = 64 << 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly object gate = new();
    private readonly StateServer server;
    private readonly KeepCopy keep;
    private readonly TimeSpan timeout;
    private readonly StateArena arena;
    private readonly Action<string> lost;
    private IDisposable? connection;
    private Version? waiting;
    private bool sending;
    private bool ended;

    /// <summary>Begins to connect.</summary>
    /// <param name="server">Where the copy is kept.</param>
    /// <param name="keep">What it is of.</param>
    /// <param name="arena">The shard's memory, of which this stream opens a view of its own.</param>
    /// <param name="timeout">How long the server may take for anything.</param>
    /// <param name="lost">Told why no copy is made any more, on the stream's thread; not where the stream was disposed.</param>
    public CopyStream(StateServer server, KeepCopy keep, StateArena arena, TimeSpan timeout, Action<string> lost)
    {
        this.server = server;
        this.keep = keep;
        this.timeout = timeout;
        this.lost = lost;
        this.arena = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
        new Thread(Run) { IsBackground = true, Name = "state-copy" }.Start();
    }

    /// <summary>Gets a value indicating whether nothing is copied any more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (gate)
            {
                return ended;
            }
        }
    }

    /// <summary>Begins to copy the version that training stands on; it is not overwritten before the copy is made or the stream has ended.</summary>
    public void Begin(ShardedState state)
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            waiting?.Dispose();
            waiting = new Version(state, state.Position, state.Borrow());
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until what was begun is kept, or the stream has ended.</summary>
    /// <param name="interrupted">Called again and again; throws where there is nothing to wait for any more.</param>
    public void End(Action interrupted)
    {
        lock (gate)
        {
            while (!ended && (waiting is not null || sending))
            {
                Monitor.Wait(gate, Tick);
                interrupted();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Ends the stream; false where it had ended.</summary>
    private bool Close()
    {
        lock (gate)
        {
            var was = ended;
            ended = true;
            waiting?.Dispose();
            waiting = null;
            connection?.Dispose();
            Monitor.PulseAll(gate);
            return !was;
        }
    }

    private void Run()
    {
        try
        {
            using var to = StateConnection.Connect(server, timeout, Opened);
            to.Send(new StateRequest { Keep = keep });
            var kept = to.Receive(CopyKept.Parser);
            if (kept.Refused.Length > 0)
            {
                throw new IOException(kept.Refused);
            }

            var isThere = kept.HasStart;
            while (Next() is { } version)
            {
                try
                {
                    if (!isThere || version.Position.Step != keep.Start.Step)
                    {
                        Send(version, to);
                    }
                }
                finally
                {
                    Sent(version);
                }
            }
        }
        catch (IOException exception)
        {
            if (Close())
            {
                lost(exception.Message);
            }
        }
        finally
        {
            Close();
            arena.Dispose();
        }
    }

    private void Opened(IDisposable opened)
    {
        lock (gate)
        {
            connection = opened;
            if (ended)
            {
                opened.Dispose();
            }
        }
    }

    private Version? Next()
    {
        lock (gate)
        {
            while (waiting is null && !ended)
            {
                Monitor.Wait(gate);
            }

            var version = waiting;
            waiting = null;
            sending = version is not null;
            return version;
        }
    }

    private void Sent(Version version)
    {
        version.Dispose();
        lock (gate)
        {
            sending = false;
            Monitor.PulseAll(gate);
        }
    }

    private void Send(Version version, StateConnection to)
    {
        for (var attempt = 1; ; attempt++)
        {
            to.Send(new CopyVersion { Position = Positions.Message(version.Position) });
            to.SendBytes(MemoryMarshal.AsBytes(arena.Checksums(version.Slot)));
            for (long offset = 0; offset < arena.VersionBytes;)
            {
                var length = (int)Math.Min(BlockBytes, arena.VersionBytes - offset);
                to.SendBytes(arena.Bytes(version.Slot, offset, length));
                offset += length;
            }

            var kept = to.Receive(VersionKept.Parser);
            if (kept.Problem.Length == 0 && kept.Step == version.Position.Step)
            {
                return;
            }

            if (attempt == Attempts)
            {
                throw new IOException($"{Attempts} attempts came to nothing: {kept.Problem}");
            }
        }
    }

    /// <summary>A version that is not overwritten until it is disposed.</summary>
    private sealed class Version(ShardedState state, StepPosition position, int slot) : IDisposable
    {
        public StepPosition Position { get; } = position;

        public int Slot { get; } = slot;

        public void Dispose() => state.Return(Slot);
    }
}
