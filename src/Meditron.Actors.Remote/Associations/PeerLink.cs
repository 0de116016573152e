using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Associations;

/// <summary>
/// One connection with a peer: proves who both are, then carries frames between the connection and the association. The handshake is hello, challenge, proof,
/// welcome, ready; the server counts the connection from ready on, so that of two connections made at the same time one can be given up.
/// </summary>
internal sealed class PeerLink : IConnectionHandler, IMessageSink
{
    private readonly Remoting _remoting;
    private readonly WireWriter _writer = new();
    private readonly MessageDecoder _decoder;
    private readonly Queue<(ulong Barrier, byte[] Body)> _held = new();
    private Association? _association;
    private IConnection? _connection;
    private ICancelable? _timeout;
    private byte[] _hello = [];
    private byte[] _nonce = [];
    private Phase _phase;
    private volatile bool _abandoned;
    private string? _failure;
    private long _heardAt;
    private volatile bool _heard;

    /// <summary>The server's side of a connection.</summary>
    public PeerLink(Remoting remoting)
    {
        _remoting = remoting;
        _phase = Phase.AwaitHello;
        _decoder = new MessageDecoder(remoting.Settings.MaximumMessageSize, remoting.Resolve, this);
    }

    /// <summary>The client's side of a connection.</summary>
    public PeerLink(Remoting remoting, Association association)
        : this(remoting)
    {
        _association = association;
        IsInitiator = true;
        _phase = Phase.AwaitChallenge;
        PeerAddress = association.Remote;
    }

    private enum Phase
    {
        AwaitHello,
        AwaitProof,
        AwaitReady,
        AwaitChallenge,
        AwaitWelcome,
        Established,
    }

    public bool IsInitiator { get; }

    public Address? PeerAddress { get; private set; }

    public int PeerUid { get; private set; }

    /// <summary>The peer's refusal, where it has refused.</summary>
    public Reject? Rejected { get; private set; }

    /// <summary>Whether the peer announced that its system ends.</summary>
    public bool SaidGoodbye { get; private set; }

    public IConnection Connection => _connection!;

    private RemoteSettings Settings => _remoting.Settings;

    /// <summary>Starts the client's side; the association is locked.</summary>
    public void Dial(Address target)
    {
        _timeout = _remoting.Schedule(Settings.ConnectionTimeout, () => Fail($"no connection within {Settings.ConnectionTimeout} (akka.remote.dot-netty.tcp.connection-timeout)"));
        _connection = _remoting.Network.Connect(target.Host!, target.Port!.Value, this);
    }

    /// <summary>Gives the connection up, because another one is used.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _timeout?.Cancel();
        _connection?.Abort();
    }

    /// <summary>Says goodbye and closes.</summary>
    public void Close(FrameType farewell)
    {
        _abandoned = true;
        _timeout?.Cancel();
        if (_phase == Phase.Established)
        {
            _connection!.Send(Lane.Control, [(byte)farewell], default);
        }

        _connection?.Close();
    }

    /// <summary>Sends a heartbeat, and closes the connection when the peer has been silent for too long.</summary>
    public void Tick(long now)
    {
        if (_heard || _heardAt == 0)
        {
            _heard = false;
            _heardAt = now;
        }

        var silence = _remoting.Elapsed(_heardAt, now);
        if (silence > Settings.TransportHeartbeatInterval + Settings.TransportAcceptablePause)
        {
            Fail($"nothing heard for {silence.TotalSeconds:F0} s (akka.remote.transport-failure-detector)");
            return;
        }

        _connection!.Send(Lane.Control, [(byte)FrameType.Heartbeat], default);
        _connection.Flush();
    }

    public void OnOpened(IConnection connection)
    {
        _connection = connection;
        if (_abandoned)
        {
            connection.Abort();
            return;
        }

        _timeout?.Cancel();
        _timeout = _remoting.Schedule(Settings.HandshakeTimeout, () => Fail($"no handshake within {Settings.HandshakeTimeout} (akka.remote.handshake-timeout)"));
        if (IsInitiator)
        {
            _nonce = Nonce();
            Handshake.Write(_writer, new Hello(_remoting.DefaultAddress, _remoting.Uid, PeerAddress!, _nonce));
            _hello = _writer.Written.ToArray();
            SendWritten();
        }
    }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        _heard = true;
        try
        {
            if (_phase == Phase.Established)
            {
                OnEstablishedFrame(frame);
            }
            else
            {
                OnHandshakeFrame(frame);
            }
        }
        catch (WireVersionException e) when (_phase == Phase.AwaitHello)
        {
            // The answer is of this version; a peer that cannot read it says at least which it is.
            Refuse(RejectCode.Version, e.Message);
        }
        catch (WireFormatException e)
        {
            Fail(e.Message);
        }
#pragma warning disable CA1031 // Whatever a peer's bytes bring about must disturb nothing but this connection.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _remoting.Log.Error(e, "A frame of {0} could not be handled; the connection is closed", Name);
            Fail(e.Message);
        }
    }

    public void OnClosed(CloseReason reason, string detail)
    {
        _timeout?.Cancel();
        _remoting.Forget(this);
        if (_failure is not null)
        {
            reason = reason == CloseReason.Local ? CloseReason.BadFrame : reason;
            detail = _failure;
        }

        if (_association is not null)
        {
            ReleaseHeld(ulong.MaxValue);
            _association.OnClosed(this, reason, detail);
        }
        else if (!_abandoned && (reason is CloseReason.BadFrame or CloseReason.Truncated or CloseReason.TlsFailed || _phase != Phase.AwaitHello))
        {
            _remoting.Log.Warning("Refused a connection from {0}: {1}", Name, detail);
        }
    }

    void IMessageSink.OnMessage(IInternalActorRef recipient, IInternalActorRef? sender, int serializerId, string manifest, ReadOnlySpan<byte> payload)
    {
        _remoting.Deliver(this, recipient, sender, serializerId, manifest, payload);
        if (_held.Count > 0)
        {
            ReleaseHeld(_decoder.OrdinaryCount);
        }
    }

    /// <summary>What the peer is called in log lines.</summary>
    public string Name => PeerAddress is null ? _connection?.Peer ?? "?" : $"{PeerAddress}";

    private void OnEstablishedFrame(ReadOnlySpan<byte> frame)
    {
        if (_decoder.TryRead(frame))
        {
            return;
        }

        switch ((FrameType)frame[0])
        {
            case FrameType.System:
                OnSystem(frame);
                break;
            case FrameType.SystemAck:
                var ack = new WireReader(frame[1..]);
                var sequence = ack.Varint();
                ack.End();
                if (!_association!.OnSystemAck(this, sequence))
                {
                    throw new WireFormatException($"system message {sequence} is acknowledged, which was never sent");
                }

                break;
            case FrameType.Heartbeat:
                break;
            case FrameType.Goodbye:
                SaidGoodbye = true;
                _connection!.Close();
                break;
            case FrameType.Quarantined:
                Rejected = new Reject(RejectCode.Quarantined, "");
                _connection!.Close();
                break;
            default:
                throw new WireFormatException($"a frame is of type {frame[0]}, which has no place here");
        }
    }

    private void OnSystem(ReadOnlySpan<byte> frame)
    {
        var reader = new WireReader(frame[1..]);
        var sequence = reader.Varint();
        var barrier = reader.Varint();
        lock (_association!.Delivery)
        {
            if (!_association.TakeSystem(this, sequence))
            {
                return;
            }

            // A notification of death waits for the user messages that the actor sent before it died.
            if (barrier != 0 && (barrier > _decoder.OrdinaryCount || _held.Count > 0))
            {
                _held.Enqueue((barrier, reader.Rest.ToArray()));
            }
            else
            {
                _remoting.DeliverSystem(this, reader.Rest);
            }
        }
    }

    private void ReleaseHeld(ulong count)
    {
        while (_held.TryPeek(out var held) && held.Barrier <= count)
        {
            _held.Dequeue();
            try
            {
                _remoting.DeliverSystem(this, held.Body);
            }
            catch (WireFormatException e)
            {
                Fail(e.Message);
            }
        }
    }

    private void OnHandshakeFrame(ReadOnlySpan<byte> frame)
    {
        if (frame[0] == (byte)FrameType.Reject && IsInitiator)
        {
            Rejected = Handshake.ReadReject(frame);
            Fail($"the peer refuses: {Rejected.Reason}");
            return;
        }

        switch (_phase)
        {
            case Phase.AwaitHello:
                OnHello(frame);
                break;
            case Phase.AwaitProof:
                OnProof(frame);
                break;
            case Phase.AwaitReady:
                Handshake.ReadReady(frame);
                Establish();
                break;
            case Phase.AwaitChallenge:
                OnChallenge(frame);
                break;
            case Phase.AwaitWelcome:
                Handshake.ReadWelcome(frame);
                if (_association!.IsQuarantined(PeerUid))
                {
                    Rejected = new Reject(RejectCode.ShuttingDown, "quarantined here");
                    Fail($"its incarnation {PeerUid} is quarantined here");
                    return;
                }

                Establish();
                break;
        }
    }

    private void OnHello(ReadOnlySpan<byte> frame)
    {
        var hello = Handshake.ReadHello(frame);
        _hello = frame.ToArray();
        PeerAddress = hello.From;
        PeerUid = hello.Uid;
        if (!_remoting.HasAddress(hello.To))
        {
            Refuse(RejectCode.WrongTarget, $"it was looking for {hello.To}, but this is {_remoting.DefaultAddress}");
            return;
        }

        if (hello.From.Equals(_remoting.DefaultAddress))
        {
            Refuse(RejectCode.WrongTarget, $"it calls itself {hello.From}, as this system does; two systems cannot have one address");
            return;
        }

        if (Settings.Secret.Length == 0 && !_connection!.IsLoopback && !_connection.IsAuthenticated && !Settings.AllowUnauthenticated)
        {
            Refuse(RejectCode.NoSecret, "neither akka.remote.secret nor certificates are configured here, so only peers of this machine are accepted (akka.remote.allow-unauthenticated)");
            return;
        }

        _nonce = Nonce();
        var proof = Settings.Secret.Length == 0 ? null : Handshake.ServerProof(Settings.Secret, _hello, _remoting.Uid, _nonce);
        Handshake.Write(_writer, new Challenge(_remoting.Uid, _nonce, proof));
        _phase = Phase.AwaitProof;
        SendWritten();
    }

    private void OnChallenge(ReadOnlySpan<byte> frame)
    {
        var challenge = Handshake.ReadChallenge(frame);
        PeerUid = challenge.Uid;
        byte[]? proof = null;
        if (Settings.Secret.Length > 0)
        {
            if (!Handshake.Same(challenge.Proof, Handshake.ServerProof(Settings.Secret, _hello, challenge.Uid, challenge.Nonce)))
            {
                Rejected = new Reject(RejectCode.WrongSecret, "wrong secret");
                Fail("the peer has not proven the secret: its akka.remote.secret is another one, or none");
                return;
            }

            proof = Handshake.ClientProof(Settings.Secret, _hello, challenge.Uid, challenge.Nonce);
        }
        else if (challenge.Proof is not null)
        {
            Rejected = new Reject(RejectCode.NoSecret, "no secret");
            Fail("the peer demands a secret, and akka.remote.secret is not set here");
            return;
        }

        // One that is quarantined here may have quarantined this system, which is to hear of that.
        Handshake.WriteProof(_writer, proof);
        _phase = Phase.AwaitWelcome;
        SendWritten();
    }

    private void OnProof(ReadOnlySpan<byte> frame)
    {
        var proof = Handshake.ReadProof(frame);
        if (Settings.Secret.Length > 0 && !Handshake.Same(proof, Handshake.ClientProof(Settings.Secret, _hello, _remoting.Uid, _nonce)))
        {
            Refuse(RejectCode.WrongSecret, "it has not proven the secret: its akka.remote.secret is another one, or none");
            return;
        }

        var association = _remoting.AssociationWith(PeerAddress!);
        if (association.Admit(this, PeerUid) is { } reject)
        {
            Refuse(reject.Code, reject.Reason);
            return;
        }

        _association = association;
        Handshake.WriteWelcome(_writer);
        _phase = Phase.AwaitReady;
        SendWritten();
    }

    private void Establish()
    {
        _timeout?.Cancel();
        _connection!.MaximumFrameSize = Settings.MaximumFrameSize;
        _phase = Phase.Established;
        if (!_association!.Attach(this, PeerUid))
        {
            Abandon();
        }
    }

    /// <summary>Tells the server that the connection is used; the association is locked, so that this goes before every message.</summary>
    public void SendReady()
    {
        Handshake.WriteReady(_writer);
        _connection!.Send(Lane.Control, _writer.Written, default);
    }

    private void Refuse(RejectCode code, string reason)
    {
        if (code == RejectCode.Busy)
        {
            _remoting.Log.Debug("A second connection with {0}, made at the same time, is given up", Name);
        }
        else
        {
            _remoting.Log.Warning("Refused a connection from {0} ({1}): {2}", Name, _connection!.Peer, reason);
        }

        Handshake.Write(_writer, new Reject(code, reason));
        SendWritten();
        _abandoned = true;
        _timeout?.Cancel();
        _connection!.Close();
    }

    private void Fail(string failure)
    {
        _failure ??= failure;
        _connection?.Abort();
    }

    private void SendWritten()
    {
        _connection!.Send(Lane.Control, _writer.Written, default);
        _connection.Flush();
    }

    private byte[] Nonce()
    {
        var nonce = new byte[Handshake.NonceSize];
        _remoting.Network.FillNonce(nonce);
        return nonce;
    }
}
