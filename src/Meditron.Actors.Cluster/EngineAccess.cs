using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>The engine's inside that the cluster needs: time, randomness and promises of the system's runtime.</summary>
internal static class EngineAccess
{
    public static EngineRuntime RuntimeOf(ActorSystem system) => ((ActorSystemImpl)system).Runtime;

    /// <summary>The time now, in milliseconds of the Unix epoch.</summary>
    public static long UnixMilliseconds(this EngineRuntime runtime) => runtime.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
