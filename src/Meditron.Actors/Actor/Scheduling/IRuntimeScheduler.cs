namespace Meditron.Actors.Actor;

/// <summary>A scheduler that knows the runtime that it runs on.</summary>
internal interface IRuntimeScheduler
{
    /// <summary>The runtime; null where the scheduler was made without one.</summary>
    EngineRuntime? Runtime { get; }
}
