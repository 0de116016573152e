using System.Security.Cryptography;
using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>The engine's runtime on the platform: system clock, thread pool, a seed from the operating system.</summary>
internal sealed class PlatformRuntime : EngineRuntime
{
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public override TimeProvider Time => TimeProvider.System;

    public override bool IsSimulated => false;

    public override IExecutor SharedPool { get; } = new ThreadPoolExecutor();

    public override IExecutor NewThreads(string name, int count) => new ThreadsExecutor(name, count);

    public override Random NewRandom(string purpose) => new(DeriveSeed(_seed, purpose));

    public override IDisposable OnProcessExit(Func<(Task Run, TimeSpan Timeout)> shutdown) => ProcessExit.Register(shutdown);

    public override void ExitProcess(int code) => ProcessExit.Exit(code);

    private sealed class ThreadPoolExecutor : IExecutor
    {
        public void Execute(IRunnable work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

        public void Shutdown()
        {
        }
    }
}
