using Meditron.Simulation.Network;

namespace Meditron.Simulation.Faults;

/// <summary>Directions that one fault has cut, to be repaired together.</summary>
internal sealed class Cuts(Fabric network, double breaks)
{
    private readonly List<(NodeHost From, NodeHost To)> _cuts = [];

    public void Add(NodeHost from, NodeHost to)
    {
        _cuts.Add((from, to));
        network.Cut(from, to, breaks);
    }

    public void Repair()
    {
        foreach (var (from, to) in _cuts)
        {
            network.Repair(from, to);
        }
    }
}
