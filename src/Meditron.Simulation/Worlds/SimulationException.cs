namespace Meditron.Simulation.Worlds;

/// <summary>Something that must always hold did not hold in a world.</summary>
public sealed class SimulationException : Exception
{
    internal SimulationException(string invariant, string message, Exception? cause = null)
        : base(message, cause) => Invariant = invariant;

    /// <summary>The short name of what was violated.</summary>
    public string Invariant { get; }
}
