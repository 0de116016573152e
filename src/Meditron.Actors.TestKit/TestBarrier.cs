namespace Meditron.Actors.TestKit;

/// <summary>A cyclic barrier whose waiting is always limited.</summary>
public class TestBarrier
{
    /// <summary>How long <see cref="Await()"/> waits where nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    private readonly TestKitBase _testKit;

    private readonly int _count;

    private readonly TimeSpan _defaultTimeout;

    private Barrier _barrier;

    /// <summary>A barrier that opens when <paramref name="count"/> threads wait at it.</summary>
    public TestBarrier(TestKitBase testKit, int count, TimeSpan? defaultTimeout = null)
    {
        _testKit = testKit;
        _count = count;
        _defaultTimeout = defaultTimeout ?? testKit.TestKitSettings.DefaultTimeout;
        _barrier = new Barrier(count);
    }

    /// <summary>Waits for the other threads.</summary>
    /// <exception cref="TimeoutException">Not all came in time.</exception>
    public void Await() => Await(_defaultTimeout);

    /// <summary>Waits for the other threads.</summary>
    /// <exception cref="TimeoutException">Not all came in time.</exception>
    public void Await(TimeSpan timeout)
    {
        var dilated = _testKit.Dilated(timeout);
        if (!_barrier.SignalAndWait(dilated))
        {
            throw new TimeoutException($"Not all of {_count} threads came to the barrier within {dilated}.");
        }
    }

    /// <summary>Replaces the barrier by a fresh one.</summary>
    public void Reset()
    {
        _barrier.Dispose();
        _barrier = new Barrier(_count);
    }
}
