namespace Meditron.Actors.TestKit.Internal;

/// <summary>What a test actor received and the test has not taken yet; waiting blocks a thread or not, as the caller asks.</summary>
internal sealed class TestQueue : IDisposable
{
    private readonly Queue<MessageEnvelope> _envelopes = new();

    private readonly SemaphoreSlim _available = new(0);

    public int Count
    {
        get
        {
            lock (_envelopes)
            {
                return _envelopes.Count;
            }
        }
    }

    public void Enqueue(MessageEnvelope envelope)
    {
        lock (_envelopes)
        {
            _envelopes.Enqueue(envelope);
        }

        _available.Release();
    }

    /// <summary>Takes the oldest envelope, or null when none comes in time.</summary>
    public async ValueTask<MessageEnvelope?> Take(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        if (!await Wait(timeout, blocking, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        lock (_envelopes)
        {
            return _envelopes.Dequeue();
        }
    }

    /// <summary>Looks at the oldest envelope and leaves it; null when none comes in time.</summary>
    public async ValueTask<MessageEnvelope?> Peek(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        if (!await Wait(timeout, blocking, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        MessageEnvelope envelope;
        lock (_envelopes)
        {
            envelope = _envelopes.Peek();
        }

        _available.Release();
        return envelope;
    }

    public void Dispose() => _available.Dispose();

    private ValueTask<bool> Wait(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        // A semaphore counts at most int.MaxValue milliseconds; an infinite wait is cancelled from outside.
        var limit = timeout < TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : timeout;
        return blocking
            ? new ValueTask<bool>(_available.Wait(limit, cancellationToken))
            : new ValueTask<bool>(_available.WaitAsync(limit, cancellationToken));
    }
}
