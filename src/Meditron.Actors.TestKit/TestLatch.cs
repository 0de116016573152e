namespace Meditron.Actors.TestKit;

/// <summary>A count-down latch whose waiting is always limited.</summary>
public class TestLatch
{
    /// <summary>How long <see cref="Ready()"/> waits where nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;

    private readonly Func<TimeSpan, TimeSpan> _dilate;

    private readonly TimeSpan _defaultTimeout;

    /// <summary>A latch that one count-down opens.</summary>
    public TestLatch()
        : this(1)
    {
    }

    /// <summary>A latch that <paramref name="count"/> count-downs open.</summary>
    public TestLatch(int count)
        : this(count, DefaultTimeout)
    {
    }

    /// <summary>A latch that <paramref name="count"/> count-downs open, with a default timeout of its own.</summary>
    public TestLatch(int count, TimeSpan defaultTimeout)
        : this(duration => duration, defaultTimeout, count)
    {
    }

    /// <summary>A latch whose timeouts are stretched by <paramref name="dilate"/>.</summary>
    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _latch = new CountdownEvent(count);
        _dilate = dilate;
        _defaultTimeout = defaultTimeout;
    }

    /// <summary>Whether the count has reached zero.</summary>
    public bool IsOpen => _latch.CurrentCount == 0;

    /// <summary>Counts down by one; an open latch stays open.</summary>
    public void CountDown()
    {
        lock (_latch)
        {
            if (!_latch.IsSet)
            {
                _latch.Signal();
            }
        }
    }

    /// <summary>Opens the latch whatever its count.</summary>
    public void Open()
    {
        lock (_latch)
        {
            if (!_latch.IsSet)
            {
                _latch.Signal(_latch.CurrentCount);
            }
        }
    }

    /// <summary>Sets the count back to what it was at first.</summary>
    public void Reset() => _latch.Reset();

    /// <summary>Waits until the latch is open.</summary>
    /// <exception cref="TimeoutException">It was not opened in time.</exception>
    public void Ready() => Ready(_defaultTimeout);

    /// <summary>Waits until the latch is open.</summary>
    /// <exception cref="ArgumentException">The timeout is infinite.</exception>
    /// <exception cref="TimeoutException">It was not opened in time.</exception>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan || timeout == TimeSpan.MaxValue)
        {
            throw new ArgumentException("A latch is not waited for without an end; give a finite timeout.", nameof(timeout));
        }

        var dilated = _dilate(timeout);
        if (!_latch.Wait(dilated))
        {
            throw new TimeoutException($"The latch was not opened within {dilated}: {_latch.CurrentCount} of {_latch.InitialCount} count-downs are missing.");
        }
    }

    internal static TestLatch Of(TestKitBase kit, int count) => new(kit.Dilated, kit.TestKitSettings.DefaultTimeout, count);
}
