using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Distributed;

/// <summary>Owns one native operation after another; a <see cref="Work"/> names it with the version it had, so that a late use of a disposed one is noticed.</summary>
internal sealed class WorkState
{
    // The upper half of `use` is the version; below it one bit says that it was disposed, and the rest counts the calls under way.
    private const long Disposed = 1L << 31;

    private readonly ProcessGroup group;
    private nint work;
    private long use;

    internal WorkState(ProcessGroup group) => this.group = group;

    ~WorkState()
    {
        if (work != 0)
        {
            mt_work_free(work);
        }
    }

    internal Work Begin(nint started)
    {
        work = started;
        return new Work(this, (uint)(Volatile.Read(ref use) >> 32));
    }

    /// <summary>The operation, which stays until <see cref="Release"/>.</summary>
    internal nint Acquire(uint version)
    {
        while (true)
        {
            var seen = Volatile.Read(ref use);
            ObjectDisposedException.ThrowIf((uint)(seen >> 32) != version || (seen & Disposed) != 0, typeof(Work));
            if (Interlocked.CompareExchange(ref use, seen + 1, seen) == seen)
            {
                return work;
            }
        }
    }

    internal void Release()
    {
        var now = Interlocked.Decrement(ref use);
        if ((now & Disposed) != 0 && (uint)now == (uint)Disposed)
        {
            Free(now);
        }
    }

    internal void Dispose(uint version)
    {
        while (true)
        {
            var seen = Volatile.Read(ref use);
            if ((uint)(seen >> 32) != version || (seen & Disposed) != 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref use, seen | Disposed, seen) == seen)
            {
                if ((uint)seen == 0)
                {
                    Free(seen);
                }

                return;
            }
        }
    }

    private void Free(long seen)
    {
        mt_work_free(work);
        work = 0;
        Volatile.Write(ref use, ((seen >> 32) + 1) << 32);
        group.Recycle(this);
    }
}
