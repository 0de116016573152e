namespace Meditron.Simulation.Faults;

/// <summary>Nothing that a machine sends arrives anywhere, or nothing arrives at it.</summary>
internal sealed class OneWayIsolation(double longestSeconds = 30) : Fault
{
    public override FaultEffect Happen(Fleet fleet, SeededRandom random)
    {
        var machine = random.Pick(fleet.Machines);
        var silent = random.Chance(0.5);
        var cut = new Cuts(fleet.World.Network, 0.3);
        foreach (var other in fleet.Machines)
        {
            if (other != machine)
            {
                cut.Add(silent ? machine.Host : other.Host, silent ? other.Host : machine.Host);
            }
        }

        return new FaultEffect($"one way: {machine.Name} {(silent ? "is not heard" : "hears nothing")}", random.Milliseconds(200, longestSeconds * 1000), cut.Repair);
    }
}
