namespace Meditron.Simulation.Faults;

/// <summary>A link is slow, or loses packets, which a stream shows as delay.</summary>
internal sealed class SlowLink(double longestSeconds = 20) : Fault
{
    public override FaultEffect Happen(Fleet fleet, SeededRandom random)
    {
        var (a, b) = PickPair(fleet, random);
        var network = fleet.World.Network;
        var factor = random.Pick([10.0, 50.0, 200.0]);
        var loss = random.Pick([0.0, 0.05, 0.3]);
        network.Slow(a.Host, b.Host, factor, loss);
        network.Slow(b.Host, a.Host, factor, loss);
        return new FaultEffect($"slow: {a.Name} <-> {b.Name}, {factor:F0} times, {loss:P0} lost", random.Milliseconds(200, longestSeconds * 1000), () =>
        {
            network.Slow(a.Host, b.Host, 1, 0);
            network.Slow(b.Host, a.Host, 1, 0);
        });
    }
}
