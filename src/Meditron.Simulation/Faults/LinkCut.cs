namespace Meditron.Simulation.Faults;

/// <summary>The link between two machines is cut, in one direction or in both.</summary>
internal sealed class LinkCut(bool bothWays, double longestSeconds = 30) : Fault
{
    public override FaultEffect Happen(Fleet fleet, SeededRandom random)
    {
        var (a, b) = PickPair(fleet, random);
        var cut = new Cuts(fleet.World.Network, 0.3);
        cut.Add(a.Host, b.Host);
        if (bothWays)
        {
            cut.Add(b.Host, a.Host);
        }

        return new FaultEffect($"cut: {a.Name} {(bothWays ? "<->" : "->")} {b.Name}", random.Milliseconds(200, longestSeconds * 1000), cut.Repair);
    }
}
