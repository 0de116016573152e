using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Event;
using Meditron.Actors.Remote.Network;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Associations;

/// <summary>
/// Everything between this system and one other: makes and replaces the connection, keeps what waits for it, delivers system messages exactly once to an
/// incarnation, and decides when that incarnation is given up.
/// </summary>
/// <remarks>
/// All state is under one lock; what concerns others (events, dead letters, log lines) is collected under the lock and done after it.
/// A failed attempt closes the gate for a while, in which user messages go to the dead letters and system messages wait.
/// </remarks>
internal sealed class Association(Remoting remoting, Address remote)
{
    private const int MaximumQuarantined = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Pending> _pending = new();
    private readonly Queue<Action> _effects = new();
    private readonly SystemOutbox _outbox = new();
    private readonly SystemInbox _inbox = new();
    private readonly LossProbe _loss = new();
    private readonly List<(int Uid, long Since)> _quarantined = [];
    private readonly WireWriter _writer = new();
    private MessageEncoder? _encoder;
    private PeerLink? _active;
    private PeerLink? _dial;
    private PeerLink? _accepting;
    private long _pendingBytes;
    private long? _gateUntil;
    private bool _awaitsPeer;
    private bool _shutDown;
    private bool _sendQueueWarned;
    private int? _uid;
    private ulong _oldestAtTick;
    private long _silentSince = remoting.Now;

    /// <summary>The other system's address.</summary>
    public Address Remote { get; } = remote;

    /// <summary>The incarnation last heard of, or null before the first contact.</summary>
    public int? Uid
    {
        get
        {
            lock (_lock)
            {
                return _uid;
            }
        }
    }

    /// <summary>Held while system messages are delivered, so that an old connection's thread and a new one's do not overtake each other.</summary>
    public Lock Delivery { get; } = new();

    /// <summary>Whether a connection stands.</summary>
    public bool IsActive => Volatile.Read(ref _active) is not null;

    private bool CanDial => !_shutDown && _active is null && _dial is null && _accepting is null && !_awaitsPeer && !_loss.IsWaiting && !IsGated;

    private bool IsGated => _gateUntil is { } until && remoting.Now < until;

    /// <summary>Sends a user message, or keeps it until the connection stands, or gives it to the dead letters.</summary>
    public void Send(RemoteActorRef recipient, IActorRef? sender, object message, in SerializedMessage serialized)
    {
        IConnection? flush = null;
        string? dropped = null;
        lock (_lock)
        {
            if (_active is not null)
            {
                if (_encoder!.IsOver(remoting.Settings.SendQueueLimit))
                {
                    dropped = WarnOverLimit();
                }
                else
                {
                    _encoder.Write(recipient, sender, serialized);
                    flush = _active.Connection;
                }
            }
            else if (IsGated || _shutDown)
            {
                dropped = "its system could not be reached a moment ago";
            }
            else if (_pendingBytes + serialized.Payload.Length > remoting.Settings.SendQueueLimit)
            {
                dropped = WarnOverLimit();
            }
            else
            {
                _pending.Enqueue(new Pending(recipient, sender, message, serialized));
                _pendingBytes += serialized.Payload.Length;
                if (_pending.Count == remoting.Settings.LogBufferSizeExceeding)
                {
                    Effect(() => remoting.Log.Warning("{0} messages wait for a connection with {1}", remoting.Settings.LogBufferSizeExceeding, Remote));
                }

                DialIfPossible();
            }
        }

        flush?.Flush();
        if (dropped is not null)
        {
            remoting.DeadLetter(message, sender, recipient);
        }

        RunEffects();
    }

    /// <summary>Sends a system message; it is kept until the peer has acknowledged it.</summary>
    public void SendSystem(IActorRef recipient, SystemMessage message)
    {
        if (SystemMessageCodec.Encode(recipient, message, remoting.PathOf) is not { } body)
        {
            remoting.Log.Debug("{0} for {1} is not sent: it has no meaning in another process", message.GetType().Name, recipient);
            return;
        }

        lock (_lock)
        {
            if (_shutDown)
            {
                return;
            }

            var sequence = _outbox.Add(body);
            if (_outbox.Count > remoting.Settings.SysMsgBufferSize)
            {
                GiveUp($"{_outbox.Count} system messages wait for their acknowledgement (akka.remote.system-message-buffer-size)");
            }
            else if (_active is not null)
            {
                // Ordinary messages written so far go first, where the message says that its actor is dead.
                SendSystemFrame(sequence, body, SystemMessageCodec.IsNotification(body) ? _encoder!.OrdinaryCount : 0);
            }
            else
            {
                DialIfPossible();
            }
        }

        Active?.Connection.Flush();
        RunEffects();
    }

    /// <summary>Makes sure that a connection is being made, if none stands.</summary>
    public void Connect()
    {
        lock (_lock)
        {
            DialIfPossible();
        }

        RunEffects();
    }

    /// <summary>Whether an incarnation is quarantined.</summary>
    public bool IsQuarantined(int uid)
    {
        lock (_lock)
        {
            return Quarantines(uid);
        }
    }

    /// <summary>Asks whether a peer that has proven the secret may use its connection; null for yes.</summary>
    public Reject? Admit(PeerLink link, int uid)
    {
        lock (_lock)
        {
            if (_shutDown)
            {
                return new Reject(RejectCode.ShuttingDown, "this system is ending");
            }

            if (Quarantines(uid))
            {
                return new Reject(RejectCode.Quarantined, $"incarnation {uid} is quarantined here; restart the actor system");
            }

            // Of two connections made at the same time the one of the lesser address is kept.
            if (_dial is not null && Remoting.Compare(remoting.DefaultAddress, Remote) < 0)
            {
                return new Reject(RejectCode.Busy, "another connection is being made");
            }

            _accepting?.Abandon();
            _accepting = link;
            return null;
        }
    }

    /// <summary>Uses a connection whose handshake has succeeded; false if it is not wanted any more.</summary>
    public bool Attach(PeerLink link, int uid)
    {
        lock (_lock)
        {
            if (_shutDown || Quarantines(uid) || (link != _dial && link != _accepting))
            {
                return false;
            }

            // The peer is about to say ready on its own connection, which is the one to keep.
            if (link == _dial && _accepting is not null && Remoting.Compare(remoting.DefaultAddress, Remote) > 0)
            {
                _dial = null;
                return false;
            }

            (link == _dial ? _accepting : _dial)?.Abandon();
            _dial = _accepting = null;
            if (_active is { } previous)
            {
                previous.Abandon();
                Publish(new DisassociatedEvent(remoting.DefaultAddress, Remote, !previous.IsInitiator));
            }

            Meet(uid);
            _active = link;
            _gateUntil = null;
            _awaitsPeer = false;
            _loss.End();
            _sendQueueWarned = false;
            _encoder = new MessageEncoder(link.Connection, remoting.Settings.LargeMessageSize, remoting.PathOf);
            if (link.IsInitiator)
            {
                link.SendReady();
            }

            ResendSystem(int.MaxValue);
            while (_pending.TryDequeue(out var pending))
            {
                _encoder.Write(pending.Recipient, pending.Sender, pending.Serialized);
            }

            _pendingBytes = 0;
            Publish(new AssociatedEvent(remoting.DefaultAddress, Remote, !link.IsInitiator));
        }

        link.Connection.Flush();
        RunEffects();
        return true;
    }

    /// <summary>A connection has ended.</summary>
    public void OnClosed(PeerLink link, CloseReason reason, string detail)
    {
        lock (_lock)
        {
            if (link == _accepting)
            {
                _accepting = null;
                if (_pending.Count > 0 || _outbox.Count > 0)
                {
                    DialIfPossible();
                }
            }
            else if (link == _dial)
            {
                _dial = null;
                OnDialFailed(link, reason, detail);
            }
            else if (link == _active)
            {
                _active = null;
                _encoder = null;
                _silentSince = remoting.Now;
                OnLost(link, reason, detail);
            }
        }

        RunEffects();
    }

    /// <summary>The peer has all system messages up to a number; false if that number was never given.</summary>
    public bool OnSystemAck(PeerLink link, ulong sequence)
    {
        lock (_lock)
        {
            return link != _active || _outbox.Acknowledge(sequence);
        }
    }

    /// <summary>Judges an arriving system message by its number; true if it is to be delivered, before <see cref="Delivery"/> is released.</summary>
    public bool TakeSystem(PeerLink link, ulong sequence)
    {
        SystemInbox.Verdict verdict;
        ulong last;
        lock (_lock)
        {
            if (link != _active)
            {
                return false;
            }

            verdict = _inbox.Accept(sequence);
            last = _inbox.Last;
            link.Connection.Send(Lane.Control, _writer.Start(FrameType.SystemAck).Varint(last).Written, default);
        }

        link.Connection.Flush();
        if (verdict == SystemInbox.Verdict.Gap)
        {
            remoting.Log.Warning("System message {0} of {1} came before {2}; it will come again", sequence, Remote, last + 1);
        }

        return verdict == SystemInbox.Verdict.Next;
    }

    /// <summary>Gives an incarnation up for good; null for the one that is known.</summary>
    public void Quarantine(int? uid, string reason)
    {
        lock (_lock)
        {
            if (uid is { } one && _uid is { } known && one != known)
            {
                // An incarnation of the past; it must not come back either.
                AddQuarantined(one);
            }
            else
            {
                _uid ??= uid;
                GiveUp(reason);
            }
        }

        RunEffects();
    }

    /// <summary>Sends again what waits too long for its acknowledgement, and gives up what is hopeless. Called at every resend interval.</summary>
    public void OnResendTick()
    {
        lock (_lock)
        {
            if (_outbox.Count == 0 || _shutDown)
            {
                _oldestAtTick = 0;
            }
            else if (_active is not null)
            {
                var oldest = _outbox.Unacknowledged.First().Sequence;
                if (oldest == _oldestAtTick)
                {
                    ResendSystem(remoting.Settings.SysResendLimit);
                }

                _oldestAtTick = oldest;
            }
            else
            {
                var silence = remoting.Elapsed(_silentSince, remoting.Now);
                if (_uid is null ? silence > remoting.Settings.InitialSysMsgDeliveryTimeout : silence > remoting.Settings.QuarantineSilentSystemTimeout)
                {
                    GiveUp($"no connection for {silence}");
                }
                else
                {
                    DialIfPossible();
                }
            }
        }

        Active?.Connection.Flush();
        RunEffects();
    }

    /// <summary>Sends a heartbeat over the connection and watches for the peer's.</summary>
    public void OnHeartbeatTick() => Active?.Tick(remoting.Now);

    /// <summary>Says goodbye and ends for good.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _shutDown = true;
            _dial?.Abandon();
            _accepting?.Abandon();
            _active?.Close(FrameType.Goodbye);
            DropPending();
        }

        RunEffects();
    }

    private PeerLink? Active => Volatile.Read(ref _active);

    private void DialIfPossible()
    {
        if (CanDial)
        {
            _gateUntil = null;
            Dial();
        }
    }

    private void Dial()
    {
        _dial = remoting.NewLink(this);
        _dial.Dial(Remote);
    }

    // The peer's incarnation is known now. Another one than before takes nothing over from its predecessor.
    private void Meet(int uid)
    {
        if (_uid is { } known && known != uid)
        {
            var dropped = _outbox.Reset();
            _inbox.Reset();
            AddQuarantined(known);
            Effect(() => remoting.Log.Info(
                "{0} was restarted: incarnation {1} follows {2}, which is quarantined; {3} system messages to it are dropped", Remote, uid, known, dropped));
            Publish(new PeerConnectionLost(Remote, known, Refused: true));
            Publish(new QuarantinedEvent(Remote, known));
        }

        _uid = uid;
    }

    private void OnDialFailed(PeerLink link, CloseReason reason, string detail)
    {
        if (_shutDown)
        {
            return;
        }

        if (link.Rejected is null && _loss.TriesAgain(reason))
        {
            remoting.Schedule(LossProbe.Interval, ProbeAgain);
            return;
        }

        if (reason == CloseReason.Refused && _loss.Uid is { } lost && lost == _uid)
        {
            Publish(new PeerConnectionLost(Remote, lost, Refused: true));
        }

        var givenUp = _loss is { Uid: not null, IsGivenUp: true };
        _loss.End();
        if (givenUp)
        {
            CloseGate();
            return;
        }

        switch (link.Rejected?.Code)
        {
            case RejectCode.Busy:
                // The peer's own connection is on its way; if it is not, the next message tries again.
                _awaitsPeer = true;
                remoting.Schedule(remoting.Settings.HandshakeTimeout, StopWaiting);
                return;
            case RejectCode.Quarantined:
                Publish(new ThisActorSystemQuarantinedEvent(remoting.DefaultAddress, Remote));
                Effect(() => remoting.Log.Error("{0} has quarantined this system ({1}); it must be restarted to talk to that one again", Remote, remoting.DefaultAddress));
                break;
        }

        var cause = new RemoteTransportException($"Cannot connect with {Remote}: {Describe(reason)}{detail}");
        Publish(new AssociationErrorEvent(cause, remoting.DefaultAddress, Remote, false, LogLevel.WarningLevel));
        Effect(() => remoting.Log.Warning(
            "{0} Nothing is sent there for {1} (akka.remote.retry-gate-closed-for)", cause.Message, remoting.Settings.RetryGateClosedFor));
        CloseGate();
    }

    private void OnLost(PeerLink link, CloseReason reason, string detail)
    {
        Publish(new DisassociatedEvent(remoting.DefaultAddress, Remote, !link.IsInitiator));
        if (_shutDown)
        {
            return;
        }

        if (remoting.IsPlanted(PlantedBug.SystemMessagesForgotten))
        {
            _outbox.Forget();
        }

        var uid = link.PeerUid;
        if (link.Rejected is { Code: RejectCode.Quarantined })
        {
            Publish(new ThisActorSystemQuarantinedEvent(remoting.DefaultAddress, Remote));
            Effect(() => remoting.Log.Error("{0} has quarantined this system ({1}); it must be restarted to talk to that one again", Remote, remoting.DefaultAddress));
            CloseGate();
            return;
        }

        if (link.SaidGoodbye)
        {
            Effect(() => remoting.Log.Info("{0} has ended", Remote));
            Publish(new PeerConnectionLost(Remote, uid, Refused: true));
            CloseGate();
            return;
        }

        Effect(() => remoting.Log.Warning("The connection with {0} is lost: {1}{2}", Remote, Describe(reason), detail));
        if (Quarantines(uid))
        {
            CloseGate();
            return;
        }

        Publish(new PeerConnectionLost(Remote, uid, Refused: false));
        if (reason is CloseReason.BadFrame or CloseReason.TlsFailed)
        {
            CloseGate();
        }
        else if (remoting.Settings.DetectPeerLoss || _outbox.Count > 0)
        {
            if (remoting.Settings.DetectPeerLoss)
            {
                _loss.Start(uid, givenUp: false);
            }

            DialIfPossible();
        }
    }

    private void StopWaiting()
    {
        lock (_lock)
        {
            if (_awaitsPeer)
            {
                _awaitsPeer = false;
                if (_active is null && (_pending.Count > 0 || _outbox.Count > 0))
                {
                    DialIfPossible();
                }
            }
        }

        RunEffects();
    }

    private void CloseGate()
    {
        _gateUntil = remoting.After(remoting.Settings.RetryGateClosedFor);
        DropPending();
        if (_outbox.Count > 0)
        {
            remoting.Schedule(remoting.Settings.RetryGateClosedFor, Connect);
        }
    }

    private void GiveUp(string reason)
    {
        var dropped = _outbox.Reset();
        if (_uid is not { } uid)
        {
            Effect(() => remoting.Log.Warning("{0} system messages to {1}, which was never reached, are dropped: {2}", dropped, Remote, reason));
            Publish(new AddressTerminated(Remote));
            _silentSince = remoting.Now;
            CloseGate();
            return;
        }

        if (Quarantines(uid))
        {
            return;
        }

        AddQuarantined(uid);
        Effect(() => remoting.Log.Warning("{0} is quarantined, incarnation {1}: {2}. It must be restarted to be reached again", Remote, uid, reason));
        Publish(new QuarantinedEvent(Remote, uid));
        if (_active is { } active)
        {
            _active = null;
            _encoder = null;
            active.Close(FrameType.Quarantined);
            Publish(new DisassociatedEvent(remoting.DefaultAddress, Remote, !active.IsInitiator));
            ProbeGivenUp(uid);
        }

        CloseGate();
    }

    // Its end, if that is why it is given up, has not been noticed here yet, and will not be on a connection that is closed: others may have been
    // faster. Who listens there, or that nobody does, tells.
    private void ProbeGivenUp(int uid)
    {
        if (remoting.Settings.DetectPeerLoss && CanDial)
        {
            _loss.Start(uid, givenUp: true);
            DialIfPossible();
        }
    }

    private void ProbeAgain()
    {
        lock (_lock)
        {
            if (_loss.IsWaiting)
            {
                _loss.Resume();
                if (!_shutDown && _active is null && _dial is null && _accepting is null)
                {
                    Dial();
                }
            }
        }

        RunEffects();
    }

    private bool Quarantines(int uid)
    {
        foreach (var (quarantined, _) in _quarantined)
        {
            if (quarantined == uid)
            {
                return true;
            }
        }

        return false;
    }

    private void AddQuarantined(int uid)
    {
        var now = remoting.Now;
        _quarantined.RemoveAll(q => remoting.Elapsed(q.Since, now) > remoting.Settings.QuarantineDuration);
        if (_quarantined.Count >= MaximumQuarantined)
        {
            _quarantined.RemoveAt(0);
        }

        _quarantined.Add((uid, now));
    }

    private void ResendSystem(int limit)
    {
        foreach (var (sequence, body) in _outbox.Unacknowledged.Take(limit))
        {
            SendSystemFrame(sequence, body, 0);
        }
    }

    private void SendSystemFrame(ulong sequence, byte[] body, ulong barrier) =>
        _active!.Connection.Send(Lane.Control, _writer.Start(FrameType.System).Varint(sequence).Varint(barrier).Written, body);

    private void DropPending()
    {
        while (_pending.TryDequeue(out var pending))
        {
            Effect(() => remoting.DeadLetter(pending.Message, pending.Sender, pending.Recipient));
        }

        _pendingBytes = 0;
    }

    private string WarnOverLimit()
    {
        if (!_sendQueueWarned)
        {
            _sendQueueWarned = true;
            Effect(() => remoting.Log.Warning(
                "More than {0} bytes wait for {1} (akka.remote.send-queue-limit); further messages go to the dead letters", remoting.Settings.SendQueueLimit, Remote));
        }

        return "too much waits for its system";
    }

    private void Publish(object what) => Effect(() => remoting.Publish(what));

    private void Effect(Action effect) => _effects.Enqueue(effect);

    private void RunEffects()
    {
        while (true)
        {
            Action? effect;
            lock (_lock)
            {
                if (!_effects.TryDequeue(out effect))
                {
                    return;
                }
            }

            effect();
        }
    }

    private static string Describe(CloseReason reason) => reason switch
    {
        CloseReason.Refused => "nobody listens there: ",
        CloseReason.Unreachable => "it cannot be reached: ",
        CloseReason.TlsFailed => "TLS failed: ",
        CloseReason.BadFrame => "",
        _ => "",
    };

    private sealed record Pending(RemoteActorRef Recipient, IActorRef? Sender, object Message, SerializedMessage Serialized);
}
