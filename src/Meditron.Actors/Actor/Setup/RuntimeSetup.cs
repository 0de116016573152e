namespace Meditron.Actors.Actor.Setup;

/// <summary>Replaces the platform's time, randomness and threads.</summary>
internal sealed class RuntimeSetup(EngineRuntime runtime) : Setup
{
    public EngineRuntime Runtime { get; } = runtime;
}
