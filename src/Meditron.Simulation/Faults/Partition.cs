namespace Meditron.Simulation.Faults;

/// <summary>The machines fall into two groups that do not reach each other.</summary>
internal sealed class Partition(double longestSeconds = 40) : Fault
{
    public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
    {
        var size = random.Between(1, fleet.Machines.Count);
        var order = fleet.Machines.ToArray();
        for (var i = 0; i < size; i++)
        {
            var j = random.Between(i, order.Length);
            (order[i], order[j]) = (order[j], order[i]);
        }

        var (here, there) = (order[..size], order[size..]);
        var cut = new Cuts(fleet.World.Network, random.Pick([0.0, 0.3, 1.0]));
        foreach (var a in here)
        {
            foreach (var b in there)
            {
                cut.Add(a.Host, b.Host);
                cut.Add(b.Host, a.Host);
            }
        }

        return new FaultEffect($"partition: {Names(here)} | {Names(there)}", random.Milliseconds(200, longestSeconds * 1000), cut.Repair);
    }

    private static string Names(Machine[] machines) => string.Join(' ', machines.Select(machine => machine.Name).Order(StringComparer.Ordinal));
}
