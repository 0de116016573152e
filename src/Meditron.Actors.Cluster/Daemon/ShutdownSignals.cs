using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>What the coordinated shutdown waits for.</summary>
internal sealed class ShutdownSignals(EngineRuntime runtime)
{
    /// <summary>This node is Exiting, or will never be.</summary>
    public TaskCompletionSource<Done> Exiting { get; } = runtime.NewPromise<Done>();

    /// <summary>The cluster's actors have stopped.</summary>
    public TaskCompletionSource<Done> Stopped { get; } = runtime.NewPromise<Done>();
}
