namespace Meditron.Simulation.Scenarios;

/// <summary>A play for a world: which machines run which programs, what happens to them, and what must hold all the time and at the end.</summary>
internal abstract class Scenario
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the list of scenarios.</summary>
    public abstract string Summary { get; }

    /// <summary>Plays it in a world; what does not hold is told to the world.</summary>
    public abstract void Play(World world);
}
