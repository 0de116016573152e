using System.Security.Cryptography;
using System.Text;
using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>Gives the engine its time, randomness and threads, so that a simulation can give it others.</summary>
internal abstract class EngineRuntime
{
    /// <summary>The clock and the timers behind every schedule.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Whether everything runs on one thread in virtual time.</summary>
    public abstract bool IsSimulated { get; }

    /// <summary>Where the shared dispatchers run their mailboxes.</summary>
    public abstract IExecutor SharedPool { get; }

    /// <summary>Options of promises whose continuations must not run inside the completing call.</summary>
    public virtual TaskCreationOptions PromiseOptions => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Threads of a dispatcher of its own.</summary>
    public abstract IExecutor NewThreads(string name, int count);

    /// <summary>A generator for one purpose; the same root seed gives the same generators, whatever the order they are asked for.</summary>
    public abstract Random NewRandom(string purpose);

    /// <summary>Has a shutdown run, and waited for, when the process is told to end; the result takes it back.</summary>
    public abstract IDisposable OnProcessExit(Func<(Task Run, TimeSpan Timeout)> shutdown);

    /// <summary>Ends the process with an exit code.</summary>
    public abstract void ExitProcess(int code);

    /// <summary>Whether a mistake is made on purpose, to show that the simulation finds it.</summary>
    public virtual bool IsPlanted(PlantedBug bug) => false;

    /// <summary>
    /// What is remembered only to be spared work, and changes no outcome: all systems that live on one thread share one, so that what one of them has worked out the others need not.
    /// </summary>
    public virtual T Share<T>(Func<T> make)
        where T : class => make();

    /// <summary>A promise.</summary>
    public TaskCompletionSource<T> NewPromise<T>() => new(PromiseOptions);

    /// <summary>Derives the seed of one purpose from a root seed; the same on every machine.</summary>
    protected static int DeriveSeed(ulong root, string purpose)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{root}/{purpose}"));
        return BitConverter.ToInt32(hash, 0) & int.MaxValue;
    }
}

/// <summary>Runs work, on threads it owns or knows.</summary>
internal interface IExecutor
{
    void Execute(IRunnable work);

    void Shutdown();
}
