namespace Meditron.Simulation.Faults;

/// <summary>Something that can go wrong with the machines of a world or between them.</summary>
internal abstract class Fault
{
    /// <summary>Lets it happen, if it can at present; says what was done and how it ends.</summary>
    public abstract FaultEffect? Happen(Fleet fleet, SeededRandom random);

    /// <summary>A machine that runs and is not stopped, or null.</summary>
    protected static Machine? PickRunning(Fleet fleet, SeededRandom random)
    {
        var running = fleet.Machines.Where(machine => machine is { IsRunning: true, IsPaused: false }).ToArray();
        return running.Length == 0 ? null : random.Pick(running);
    }

    /// <summary>Two different machines.</summary>
    protected static (Machine A, Machine B) PickPair(Fleet fleet, SeededRandom random)
    {
        var a = random.Below(fleet.Machines.Count);
        var b = random.Below(fleet.Machines.Count - 1);
        return (fleet.Machines[a], fleet.Machines[b < a ? b : b + 1]);
    }
}
