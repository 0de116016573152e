namespace Meditron.Simulation.Faults;

/// <summary>The connections between two machines break, as when a firewall forgets them.</summary>
internal sealed class ConnectionReset : Fault
{
    public override FaultEffect Happen(Fleet fleet, SeededRandom random)
    {
        var (a, b) = PickPair(fleet, random);
        fleet.World.Network.Break(a.Host, b.Host);
        return new FaultEffect($"reset: {a.Name} <-> {b.Name}", TimeSpan.Zero, null);
    }
}
