namespace Meditron.Simulation.Network;

/// <summary>One end of a connection: what its process has queued, and what is on the way from it to the other end.</summary>
internal sealed class SimulatedConnection : IConnection
{
    // What the kernel of the sender takes beyond what has arrived.
    private const int Window = 64 * 1024;
    private const double BytesPerMillisecond = 100_000;
    private const int FrameHeader = 4;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Fabric _fabric;
    private readonly IConnectionHandler _handler;
    private readonly Queue<byte[]> _control = new();
    private readonly Queue<byte[]> _ordinary = new();
    private readonly Queue<Packet> _flying = new();
    private SimulatedConnection? _other;
    private State _state = State.Connecting;
    private long _lastArrival;
    private int _flyingBytes;
    private int _attempts;
    private bool _arriving;
    private bool _stalled;
    private bool _endSent;
    private bool _closedReported;

    public SimulatedConnection(Fabric fabric, NodeProcess owner, IConnectionHandler handler, string peer, NodeHost? peerHost)
    {
        _fabric = fabric;
        _handler = handler;
        Owner = owner;
        Peer = peer;
        PeerHost = peerHost;
        Number = fabric.NextNumber();
        fabric.Add(this);
    }

    private enum State
    {
        Connecting,
        Open,

        /// <summary>Sends what is queued, then closes.</summary>
        Closing,

        Closed,
    }

    private enum PacketKind
    {
        Opened,
        Frame,
        End,
    }

    public int Number { get; }

    public NodeProcess Owner { get; }

    public NodeHost? PeerHost { get; }

    public string Peer { get; }

    public bool IsLoopback => PeerHost == Owner.Host;

    public bool IsAuthenticated => false;

    public long QueuedBytes { get; private set; }

    public int MaximumFrameSize { private get; set; } = 64 * 1024;

    private World World => _fabric.World;

    private bool IsUsable => _state is State.Open or State.Closing;

    /// <summary>Whether it goes from one machine to another or back.</summary>
    public bool IsBetween(NodeHost a, NodeHost b) => _state != State.Closed && ((Owner.Host == a && PeerHost == b) || (Owner.Host == b && PeerHost == a));

    public void Dial(string endpoint) => World.At(PeerHost is null ? TimeSpan.FromMilliseconds(1) : _fabric.Delay(Owner.Host, PeerHost), null, () => KnockAt(endpoint));

    public void Send(Lane lane, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        World.Check();
        if (_state != State.Open)
        {
            return;
        }

        var frame = new byte[head.Length + body.Length];
        head.CopyTo(frame);
        body.CopyTo(frame.AsSpan(head.Length));
        (lane == Lane.Control ? _control : _ordinary).Enqueue(frame);
        QueuedBytes += frame.Length + FrameHeader;
    }

    public void Flush()
    {
        World.Check();
        Transmit();
    }

    public void Close()
    {
        World.Check();
        if (_state == State.Connecting)
        {
            Abort();
        }
        else if (_state == State.Open)
        {
            _state = State.Closing;
            Transmit();
        }
    }

    public void Abort()
    {
        World.Check();
        if (_state != State.Closed)
        {
            Shut(CloseReason.Local, "closed");
            ResetOther();
        }
    }

    /// <summary>Breaks the stream under both ends, each of which hears of it at once, later, or only when it next sends.</summary>
    public void Lose()
    {
        if (!IsUsable)
        {
            return;
        }

        var other = _other;
        var detail = "connection reset";
        LoseEnd(this);
        if (other is { IsUsable: true })
        {
            LoseEnd(other);
        }

        void LoseEnd(SimulatedConnection end)
        {
            end.DropFlying();
            switch (_fabric.Random.Below(3))
            {
                case 0:
                    end._other = null;
                    break;
                case 1:
                    end._other = null;
                    World.At(_fabric.Random.Milliseconds(0, 3_000), null, () => end.Shut(CloseReason.PeerClosed, detail));
                    break;
                default:
                    end.Shut(CloseReason.PeerClosed, detail);
                    break;
            }
        }
    }

    /// <summary>The owner is gone.</summary>
    public void OnOwnerEnded(bool silently)
    {
        if (_state == State.Closed)
        {
            return;
        }

        var wasUsable = IsUsable;
        _state = State.Closed;
        if (silently)
        {
            DropFlying();
            _other?.Forget(this);
        }
        else if (wasUsable)
        {
            // The operating system closes: what the process had handed over still goes out.
            SendEnd();
        }

        LeaveIfDone();
    }

    /// <summary>The network was repaired: what waits is sent again after a while.</summary>
    public void GoOn()
    {
        if (_stalled)
        {
            _stalled = false;
            World.At(_fabric.Retransmission(), null, Arrive);
        }
    }

    private void KnockAt(string endpoint)
    {
        if (_state != State.Connecting || !Owner.IsAlive)
        {
            return;
        }

        if (PeerHost is null)
        {
            Shut(CloseReason.Unreachable, "no such host is known");
            return;
        }

        if (!_fabric.Reaches(Owner.Host, PeerHost))
        {
            // The first packet is sent again after 1, 2, 4, ... seconds.
            var wait = TimeSpan.FromSeconds(1 << Math.Min(_attempts, 6));
            if (++_attempts > 6)
            {
                Shut(CloseReason.Unreachable, "connection timed out");
                return;
            }

            World.At(wait, null, () => KnockAt(endpoint));
            return;
        }

        if (_fabric.ListenerAt(endpoint) is { } listener)
        {
            World.Post(listener.Process, () => AcceptedBy(listener));
        }
        else
        {
            AfterReturn(() => Shut(CloseReason.Refused, "connection refused"));
        }
    }

    private void AcceptedBy(Listener listener)
    {
        if (_state != State.Connecting)
        {
            return;
        }

        if (listener.Accept($"{Owner.Name}:{40000 + (Number % 20000)}") is not { } handler)
        {
            AfterReturn(() => Shut(CloseReason.PeerClosed, "the peer closed the connection"));
            return;
        }

        var server = new SimulatedConnection(_fabric, listener.Process, handler, $"{Owner.Name}:{40000 + (Number % 20000)}", Owner.Host) { _other = this, _state = State.Open };
        _other = server;
        server.Fly(new Packet(PacketKind.Opened, []));
        handler.OnOpened(server);
    }

    private void AfterReturn(Action action)
    {
        if (_fabric.Reaches(PeerHost!, Owner.Host))
        {
            World.At(_fabric.Delay(PeerHost!, Owner.Host), Owner, action);
        }
    }

    private void Transmit()
    {
        if (_state is State.Connecting or State.Closed)
        {
            return;
        }

        while (_flyingBytes < Window && (_control.TryDequeue(out var frame) || _ordinary.TryDequeue(out frame)))
        {
            QueuedBytes -= frame.Length + FrameHeader;
            Fly(new Packet(PacketKind.Frame, frame));
        }

        if (_state == State.Closing && QueuedBytes == 0 && !_endSent)
        {
            SendEnd();
            World.At(Linger, Owner, () => Shut(CloseReason.Local, "closed"));
        }
    }

    private void SendEnd()
    {
        if (!_endSent)
        {
            _endSent = true;
            Fly(new Packet(PacketKind.End, []));
        }
    }

    private void Fly(Packet packet)
    {
        var size = packet.Frame.Length + FrameHeader;
        _flyingBytes += size;
        var arrival = World.Ticks + _fabric.Delay(Owner.Host, PeerHost!).Ticks + (long)(size / BytesPerMillisecond * TimeSpan.TicksPerMillisecond);
        _lastArrival = Math.Max(arrival, _lastArrival);
        _flying.Enqueue(packet with { Arrival = _lastArrival });
        if (!_arriving && !_stalled)
        {
            _arriving = true;
            World.At(TimeSpan.FromTicks(_lastArrival - World.Ticks), null, Arrive);
        }
    }

    /// <summary>The first packet on the way is at the other machine, if the way is free.</summary>
    private void Arrive()
    {
        if (_flying.Count == 0)
        {
            _arriving = false;
            return;
        }

        if (!_fabric.Reaches(Owner.Host, PeerHost!))
        {
            _stalled = true;
            return;
        }

        if (_other is not { } other || other._state == State.Closed)
        {
            // Nobody there knows this connection.
            DropFlying();
            if (_state != State.Closed && PeerHost!.IsPowered)
            {
                AfterReturn(() => Shut(CloseReason.PeerClosed, "connection reset by peer"));
            }

            return;
        }

        var packet = _flying.Dequeue();
        _flyingBytes -= packet.Frame.Length + FrameHeader;
        World.Post(other.Owner, () => Deliver(other, packet));
    }

    private void Deliver(SimulatedConnection other, Packet packet)
    {
        if (other._state != State.Closed)
        {
            switch (packet.Kind)
            {
                case PacketKind.Opened:
                    other._state = State.Open;
                    other._handler.OnOpened(other);
                    break;
                case PacketKind.End:
                    if (other._state == State.Closing)
                    {
                        other.SendEnd();
                        other.Shut(CloseReason.Local, "closed");
                    }
                    else
                    {
                        other.SendEnd();
                        other.Shut(CloseReason.PeerClosed, "the peer closed the connection");
                    }

                    break;
                default:
                    if (packet.Frame.Length > other.MaximumFrameSize)
                    {
                        other.Shut(CloseReason.BadFrame, $"a frame of {packet.Frame.Length} bytes is longer than {other.MaximumFrameSize}");
                        other.ResetOther();
                    }
                    else
                    {
                        other._handler.OnFrame(packet.Frame);
                    }

                    break;
            }
        }

        if (_flying.TryPeek(out var next))
        {
            World.At(TimeSpan.FromTicks(next.Arrival - World.Ticks), null, Arrive);
        }
        else
        {
            _arriving = false;
        }

        Transmit();
        LeaveIfDone();
    }

    /// <summary>Closes this end and says so to its handler.</summary>
    private void Shut(CloseReason reason, string detail)
    {
        if (_state != State.Closed)
        {
            _state = State.Closed;
            _control.Clear();
            _ordinary.Clear();
            QueuedBytes = 0;
            LeaveIfDone();
        }

        if (!_closedReported)
        {
            _closedReported = true;
            World.Post(Owner, () => _handler.OnClosed(reason, detail));
        }
    }

    /// <summary>A reset goes to the other end, once; what else was on the way is lost.</summary>
    private void ResetOther()
    {
        DropFlying();
        if (_other is { } other && PeerHost is { } peer && _fabric.Reaches(Owner.Host, peer))
        {
            World.At(_fabric.Delay(Owner.Host, peer), other.Owner, () =>
            {
                other.DropFlying();
                other.Shut(CloseReason.PeerClosed, "connection reset by peer");
            });
        }
    }

    private void Forget(SimulatedConnection gone)
    {
        if (_other == gone)
        {
            _other = null;
        }
    }

    private void DropFlying()
    {
        _flying.Clear();
        _flyingBytes = 0;
        _arriving = false;
        _stalled = false;
        LeaveIfDone();
    }

    // The machine goes on sending what a closed connection has on the way, so the fabric must know it until then.
    private void LeaveIfDone()
    {
        if (_state == State.Closed && _flying.Count == 0)
        {
            _fabric.Remove(this);
        }
    }

    private readonly record struct Packet(PacketKind Kind, byte[] Frame)
    {
        public long Arrival { get; init; }
    }
}
