namespace Meditron.Simulation.Faults;

/// <summary>Which faults can happen, and how often each does beside the others.</summary>
internal sealed class FaultMix
{
    private readonly List<(Fault Fault, double UpTo)> _faults = [];
    private double _sum;

    /// <summary>Adds a fault with its weight.</summary>
    public FaultMix With(double weight, Fault fault)
    {
        _sum += weight;
        _faults.Add((fault, _sum));
        return this;
    }

    /// <summary>One of the faults, as often as its weight says.</summary>
    public Fault Pick(SeededRandom random)
    {
        var at = random.Fraction() * _sum;
        return _faults.Find(entry => at < entry.UpTo).Fault ?? _faults[^1].Fault;
    }
}
