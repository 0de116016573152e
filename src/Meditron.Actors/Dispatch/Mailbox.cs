using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.MessageQueues;
using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Dispatch;

/// <summary>Holds the messages of one cell and runs it, on at most one thread at a time.</summary>
/// <remarks>
/// User messages are in a linked list of segments: a sender claims a slot with one interlocked increment, and then reads the status; the runner writes the status and then
/// reads the claims. Each sees the other's write, so that no message is left behind without a run. System messages are in a stack of their own, and always go first.
/// </remarks>
internal sealed class Mailbox : IRunnable
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Closed = 2;

    private readonly ActorCell _cell;
    private readonly IMessageQueue? _queue;
    private MailboxSegment? _head;
    private MailboxSegment? _tail;
    private SystemMessage? _system;
    private Stack<Envelope>? _front;
    private int _index;
    private int _status;
    private int _suspended;

    public Mailbox(ActorCell cell, IMessageQueue? queue)
    {
        _cell = cell;
        _queue = queue;
    }

    /// <summary>Whether user messages wait.</summary>
    public bool HasMessages => _front is { Count: > 0 } || (_queue is { } queue ? queue.HasMessages : HasClaims());

    /// <summary>The number of user messages that wait; exact only when nothing runs.</summary>
    public int Count
    {
        get
        {
            var count = _front?.Count ?? 0;
            if (_queue is not null)
            {
                return count + _queue.Count;
            }

            var skip = Volatile.Read(ref _index);
            for (var segment = Volatile.Read(ref _head); segment is not null; segment = segment.Next)
            {
                count += Math.Min(Volatile.Read(ref segment.Claimed), segment.Slots.Length) - skip;
                skip = 0;
            }

            return Math.Max(0, count);
        }
    }

    public bool IsClosed => Volatile.Read(ref _status) == Closed;

    /// <summary>Whether user messages are held back; known to the running thread alone.</summary>
    public bool IsSuspended => _suspended > 0;

    private MessageDispatcher Dispatcher => _cell.Dispatcher;

    public void Post(object message, IActorRef? sender)
    {
        if (Volatile.Read(ref _status) == Closed)
        {
            _cell.SystemImpl.ToDeadLetters(message, sender, _cell.Self);
            return;
        }

        if (_queue is null)
        {
            Enqueue(message, sender);
        }
        else
        {
            _queue.Enqueue(_cell.Self, new Envelope(message, sender));
            Interlocked.MemoryBarrier();
        }

        var status = Volatile.Read(ref _status);
        if (status == Idle)
        {
            Schedule();
        }
        else if (status == Closed)
        {
            Drain();
        }
    }

    /// <summary>Puts a system message; false once the mailbox is closed.</summary>
    public bool PostSystem(SystemMessage message)
    {
        while (true)
        {
            var top = Volatile.Read(ref _system);
            if (ReferenceEquals(top, NoMoreMessages.Instance))
            {
                return false;
            }

            message.Next = top;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _system, message, top), top))
            {
                Schedule();
                return true;
            }
        }
    }

    /// <summary>Asks the dispatcher for a run, unless one is due.</summary>
    public void Schedule()
    {
        if (Interlocked.CompareExchange(ref _status, Scheduled, Idle) == Idle)
        {
            Dispatcher.Execute(this);
        }
    }

    public void Suspend() => _suspended++;

    public void Resume() => _suspended = Math.Max(0, _suspended - 1);

    /// <summary>Puts messages before all others; only the running thread may.</summary>
    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        _front ??= new Stack<Envelope>();
        foreach (var envelope in envelopes.Reverse())
        {
            _front.Push(envelope);
        }
    }

    public void Execute() => Run();

    public void Run()
    {
        if (Volatile.Read(ref _status) == Closed)
        {
            return;
        }

        var previous = ActorCell.Current;
        ActorCell.Current = _cell;
        try
        {
            ProcessSystemMessages();
            ProcessMessages();
        }
        finally
        {
            ActorCell.Current = previous;
        }

        if (Volatile.Read(ref _status) == Closed)
        {
            return;
        }

        Interlocked.Exchange(ref _status, Idle);
        if (Volatile.Read(ref _system) is not null || (_suspended == 0 && HasMessages))
        {
            Schedule();
        }
    }

    /// <summary>Refuses all further messages; what waits goes to the dead letters.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _status, Closed);
        var message = InOrder(Interlocked.Exchange(ref _system, NoMoreMessages.Instance));
        while (message is not null)
        {
            var next = Detach(message);
            _cell.SystemImpl.HandleUndeliverable(_cell.Self, message);
            message = next;
        }

        Drain();
    }

    private void Enqueue(object message, IActorRef? sender)
    {
        var segment = Volatile.Read(ref _tail) ?? FirstSegment();
        while (true)
        {
            var index = Interlocked.Increment(ref segment.Claimed) - 1;
            if ((uint)index < (uint)segment.Slots.Length)
            {
                ref var slot = ref segment.Slots[index];
                slot.Sender = sender;
                Volatile.Write(ref slot.Message, message);
                return;
            }

            segment = NextSegment(segment);
        }
    }

    private MailboxSegment FirstSegment()
    {
        Interlocked.CompareExchange(ref _head, new MailboxSegment(MailboxSegment.SmallestSize), null);
        Interlocked.CompareExchange(ref _tail, Volatile.Read(ref _head), null);
        return Volatile.Read(ref _tail)!;
    }

    private MailboxSegment NextSegment(MailboxSegment full)
    {
        var next = Volatile.Read(ref full.Next);
        if (next is null)
        {
            var fresh = new MailboxSegment(Math.Min(full.Slots.Length * 2, MailboxSegment.LargestSize));
            next = Interlocked.CompareExchange(ref full.Next, fresh, null) ?? fresh;
        }

        Interlocked.CompareExchange(ref _tail, next, full);
        return Volatile.Read(ref _tail)!;
    }

    private bool HasClaims()
    {
        var segment = Volatile.Read(ref _head);
        if (segment is null)
        {
            return false;
        }

        return _index < segment.Slots.Length ? Volatile.Read(ref segment.Claimed) > _index : Volatile.Read(ref segment.Next) is { } next && Volatile.Read(ref next.Claimed) > 0;
    }

    private bool TryDequeue(out object message, out IActorRef? sender)
    {
        if (_front is { Count: > 0 })
        {
            var envelope = _front.Pop();
            message = envelope.Message;
            sender = envelope.Sender;
            return true;
        }

        if (_queue is not null)
        {
            var any = _queue.TryDequeue(out var envelope);
            message = envelope.Message;
            sender = envelope.Sender;
            return any;
        }

        var segment = _head;
        while (segment is not null)
        {
            var slots = segment.Slots;
            if ((uint)_index < (uint)slots.Length)
            {
                ref var slot = ref slots[_index];
                message = Volatile.Read(ref slot.Message)!;
                sender = slot.Sender;
                if (message is null)
                {
                    break;
                }

                slot = default;
                _index++;
                return true;
            }

            segment = Volatile.Read(ref segment.Next);
            if (segment is not null)
            {
                _index = 0;
                Volatile.Write(ref _head, segment);
            }
        }

        message = null!;
        sender = null;
        return false;
    }

    private void ProcessMessages()
    {
        for (var left = Math.Max(1, Dispatcher.Throughput); left > 0 && _suspended == 0 && _status != Closed; left--)
        {
            if (!TryDequeue(out var message, out var sender))
            {
                return;
            }

            _cell.Invoke(message, sender);
            if (Volatile.Read(ref _system) is not null)
            {
                ProcessSystemMessages();
            }
        }
    }

    private void ProcessSystemMessages()
    {
        while (_status != Closed && Volatile.Read(ref _system) is not null)
        {
            var message = InOrder(Interlocked.Exchange(ref _system, null));
            while (message is not null)
            {
                // Taken off first: handling it may post it again.
                var next = Detach(message);
                if (_status == Closed)
                {
                    _cell.SystemImpl.HandleUndeliverable(_cell.Self, message);
                }
                else
                {
                    _cell.SystemInvoke(message);
                }

                message = next;
            }
        }
    }

    /// <summary>Turns a stack of messages, newest first, into a list, oldest first.</summary>
    private static SystemMessage? InOrder(SystemMessage? top)
    {
        SystemMessage? first = null;
        while (top is not null && !ReferenceEquals(top, NoMoreMessages.Instance))
        {
            (top.Next, first, top) = (first, top, top.Next);
        }

        return first;
    }

    private static SystemMessage? Detach(SystemMessage message)
    {
        var next = message.Next;
        message.Next = null;
        return next;
    }

    private void Drain()
    {
        // The owner and late senders may both drain; a claimed slot not yet written is drained by its own sender, who sees the closed status afterwards.
        lock (this)
        {
            while (TryDequeue(out var message, out var sender))
            {
                _cell.SystemImpl.ToDeadLetters(message, sender, _cell.Self);
            }

            _front = null;
        }
    }

    /// <summary>Marks the end of a closed system queue.</summary>
    private sealed class NoMoreMessages : SystemMessage
    {
        public static readonly NoMoreMessages Instance = new();
    }
}
