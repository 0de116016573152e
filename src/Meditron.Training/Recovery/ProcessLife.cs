using System.Runtime.InteropServices;

namespace Meditron.Training.Recovery;

/// <summary>
/// Tells other processes of a process's sudden end through a robust mutex in memory that they share (pthread_mutexattr_setrobust(3)): the kernel marks it and
/// wakes who waits for it as the first thing that it does with a killed thread, long before it has freed the process's memory and closed its connections.
/// </summary>
internal static unsafe partial class ProcessLife
{
    /// <summary>Bytes that the mutex takes in the shared memory; at a multiple of 64.</summary>
    public const int Bytes = 64;

    private const int Robust = 1;
    private const int Shared = 1;
    private const int Monotonic = 1;
    private const int TimedOut = 110;
    private const int OwnerDead = 130;
    private const int NotRecoverable = 131;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Holds the mutex, until the result is disposed or this process ends.</summary>
    /// <param name="buffer">The shared memory.</param>
    /// <param name="offset">Where the mutex is in it.</param>
    public static IDisposable Hold(SafeBuffer buffer, int offset) => new Holder(buffer, offset);

    /// <summary>Waits for the end of the process that holds the mutex.</summary>
    /// <param name="buffer">The shared memory.</param>
    /// <param name="offset">Where the mutex is in it.</param>
    /// <param name="ended">Told once, on a thread of its own; not where the holder lets go of the mutex in order, or the result was disposed.</param>
    public static IDisposable Watch(SafeBuffer buffer, int offset, Action ended) => new Watcher(buffer, offset, ended);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_setrobust")]
    private static partial int SetRobust(byte* attributes, int robust);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_setpshared")]
    private static partial int SetShared(byte* attributes, int shared);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_init")]
    private static partial int MutexInit(byte* mutex, byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_lock")]
    private static partial int MutexLock(byte* mutex);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_clocklock")]
    private static partial int MutexLockUntil(byte* mutex, int clock, Time* time);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_unlock")]
    private static partial int MutexUnlock(byte* mutex);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, Time* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private sealed class Holder : IDisposable
    {
        private readonly ManualResetEventSlim stop = new();
        private readonly Thread thread;

        public Holder(SafeBuffer buffer, int offset)
        {
            using var held = new ManualResetEventSlim();
            thread = new Thread(() =>
            {
                byte* start = null;
                buffer.AcquirePointer(ref start);
                var mutex = start + offset;
                var attributes = stackalloc byte[Bytes];
                _ = AttributesInit(attributes);
                _ = SetRobust(attributes, Robust);
                _ = SetShared(attributes, Shared);
                _ = MutexInit(mutex, attributes);
                _ = MutexLock(mutex);
                held.Set();
                stop.Wait(Timeout.Infinite, CancellationToken.None);
                _ = MutexUnlock(mutex);
                buffer.ReleasePointer();
            })
            { IsBackground = true, Name = "life" };
            thread.Start();
            held.Wait(StopTimeout, CancellationToken.None);
        }

        public void Dispose()
        {
            stop.Set();
            thread.Join(StopTimeout);
            stop.Dispose();
        }
    }

    private sealed class Watcher : IDisposable
    {
        private volatile bool stopped;

        public Watcher(SafeBuffer buffer, int offset, Action ended)
        {
            byte* start = null;
            buffer.AcquirePointer(ref start);
            var mutex = (nint)(start + offset);
            new Thread(() =>
            {
                if (Wait((byte*)mutex) && !stopped)
                {
                    ended();
                }

                buffer.ReleasePointer();
            })
            { IsBackground = true, Name = "life-watch" }.Start();
        }

        public void Dispose() => stopped = true;

        /// <summary>Whether the holder has ended; false where it let go, or nobody waits any more.</summary>
        private bool Wait(byte* mutex)
        {
            while (!stopped)
            {
                Time time;
                _ = GetTime(Monotonic, &time);
                time.Seconds++;
                switch (MutexLockUntil(mutex, Monotonic, &time))
                {
                    case TimedOut:
                        continue;
                    case OwnerDead:
                        // Not made consistent, so that everybody else who waits is told as well.
                        _ = MutexUnlock(mutex);
                        return true;
                    case NotRecoverable:
                        return true;
                    case 0:
                        _ = MutexUnlock(mutex);
                        return false;
                    default:
                        return false;
                }
            }

            return false;
        }
    }
}
