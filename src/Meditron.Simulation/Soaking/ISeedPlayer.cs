namespace Meditron.Simulation.Soaking;

/// <summary>Plays seeds of a scenario, one at a time.</summary>
internal interface ISeedPlayer : IDisposable
{
    /// <summary>Plays one.</summary>
    RunResult Play(ulong seed);
}
