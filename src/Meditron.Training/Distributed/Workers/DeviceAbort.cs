using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Lets a worker end what its device waits for, and see whether it gets on, from the worker's own thread while the device's is blocked.</summary>
internal sealed class DeviceAbort
{
    private readonly Lock gate = new();
    private Action<string>? abort;
    private long current;
    private (long Generation, string Reason) aborted = (0, "");

    /// <summary>How the device gets on.</summary>
    public DeviceProgress Progress { get; } = new();

    /// <summary>Registers how a generation's groups are aborted; where that was asked already, it is done at once.</summary>
    public void Register(long generation, Action<string> action)
    {
        bool now;
        lock (gate)
        {
            abort = action;
            current = generation;
            now = aborted.Generation >= generation;
        }

        if (now)
        {
            action(aborted.Reason);
        }
    }

    /// <summary>Forgets a generation's groups, before they are disposed.</summary>
    public void Clear()
    {
        lock (gate)
        {
            abort = null;
        }
    }

    /// <summary>Aborts a generation's groups, and those of every older one.</summary>
    public void Abort(long generation, string reason)
    {
        lock (gate)
        {
            if (generation > aborted.Generation)
            {
                aborted = (generation, reason);
            }

            // Under the lock, so that the groups cannot be disposed meanwhile.
            if (current <= generation)
            {
                abort?.Invoke(reason);
            }
        }
    }

    /// <summary>Throws where a generation was aborted.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public void ThrowIfAborted(long generation)
    {
        lock (gate)
        {
            if (aborted.Generation >= generation)
            {
                throw new OperationCanceledException($"Generation {generation} was aborted: {aborted.Reason}");
            }
        }
    }
}
