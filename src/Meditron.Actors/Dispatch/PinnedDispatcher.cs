using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch;

/// <summary>Gives each of its actors a thread of its own, for as long as it lives.</summary>
public sealed class PinnedDispatcher : MessageDispatcher
{
    private readonly EngineRuntime _runtime;

    internal PinnedDispatcher(string id, int throughput, EngineRuntime runtime)
        : base(id, throughput) => _runtime = runtime;

    internal override MessageDispatcher ForCell(ActorPath path) => new OfOneActor(Id, Throughput, _runtime.NewThreads($"{Id}-{path.Name}", 1));

    internal override void Execute(IRunnable work) => _runtime.SharedPool.Execute(work);

    private sealed class OfOneActor(string id, int throughput, IExecutor thread) : MessageDispatcher(id, throughput)
    {
        internal override void Execute(IRunnable work) => thread.Execute(work);

        internal override void Detached() => thread.Shutdown();
    }
}
