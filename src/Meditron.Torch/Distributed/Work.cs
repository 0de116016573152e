using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Distributed;

/// <summary>A started operation of a process group; the default value is one that has ended well.</summary>
/// <remarks>Dispose it when it is of no more interest: nothing is allocated for the next one then. Disposing neither waits for the operation nor ends it.</remarks>
public readonly struct Work : IDisposable, IEquatable<Work>
{
    private readonly WorkState? state;
    private readonly uint version;

    internal Work(WorkState state, uint version)
    {
        this.state = state;
        this.version = version;
    }

    /// <summary>Whether it has ended, well or not; never waits.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public bool IsCompleted
    {
        get
        {
            if (state is null)
            {
                return true;
            }

            var work = state.Acquire(version);
            var done = mt_work_done(work) != 0;
            state.Release();
            return done;
        }
    }

    /// <summary>Waits until it has ended; its own deadline bounds the wait.</summary>
    /// <exception cref="CommunicationException">It failed.</exception>
    public void Wait() => Wait(-1);

    /// <summary>Waits until it has ended or the time has passed; the operation goes on in that case.</summary>
    /// <returns>Whether it has ended.</returns>
    /// <exception cref="CommunicationException">It failed.</exception>
    public bool Wait(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return Wait(ProcessGroup.Nanoseconds(timeout));
    }

    /// <summary>Calls back once it has ended, perhaps at once, with null or its failure.</summary>
    /// <param name="callback">Runs on whichever thread ended it; it must be short and must not wait for the group.</param>
    public unsafe void OnCompleted(Action<CommunicationException?> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (state is null)
        {
            callback(null);
            return;
        }

        var work = state.Acquire(version);
        mt_work_on_complete(work, &Callbacks.Invoke, Callbacks.Context(callback));
        state.Release();
    }

    /// <summary>A task that ends as the operation does. Its continuations do not run on the group's threads.</summary>
    public Task ToTask()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnCompleted(failure =>
        {
            if (failure is null)
            {
                source.SetResult();
            }
            else
            {
                source.SetException(failure);
            }
        });
        return source.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => state?.Dispose(version);

    /// <inheritdoc/>
    public bool Equals(Work other) => state == other.state && version == other.version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Work other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(state, version);

    /// <summary>Whether both are the same operation.</summary>
    public static bool operator ==(Work left, Work right) => left.Equals(right);

    /// <summary>Whether they are different operations.</summary>
    public static bool operator !=(Work left, Work right) => !left.Equals(right);

    private bool Wait(long nanoseconds)
    {
        if (state is null)
        {
            return true;
        }

        var work = state.Acquire(version);
        try
        {
            GroupStatus.Check(mt_work_wait(work, nanoseconds, out var done));
            return done != 0;
        }
        finally
        {
            state.Release();
        }
    }
}
