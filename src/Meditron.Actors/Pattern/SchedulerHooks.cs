using Meditron.Actors.Actor;

namespace Meditron.Actors.Pattern;

/// <summary>What patterns that are only given a scheduler need of the runtime behind it.</summary>
internal static class SchedulerHooks
{
    /// <summary>A promise whose continuations run where the runtime wants them.</summary>
    internal static TaskCompletionSource<T> NewPromise<T>(this IScheduler scheduler) =>
        RuntimeOf(scheduler)?.NewPromise<T>() ?? new TaskCompletionSource<T>();

    /// <summary>A generator for one purpose; of a fixed seed where the scheduler is none of the engine's.</summary>
    internal static Random NewRandom(this IScheduler scheduler, string purpose) =>
        RuntimeOf(scheduler)?.NewRandom(purpose) ?? new Random(purpose.Length);

    private static EngineRuntime? RuntimeOf(IScheduler scheduler) => (scheduler as IRuntimeScheduler)?.Runtime;
}
