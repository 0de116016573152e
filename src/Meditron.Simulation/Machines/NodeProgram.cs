namespace Meditron.Simulation.Machines;

/// <summary>What a process runs; made anew for every process of a machine.</summary>
internal abstract class NodeProgram(NodeProcess process)
{
    public NodeProcess Process { get; } = process;

    public World World => Process.World;

    public string Name => Process.Name;

    /// <summary>Starts; what must not happen in the process's first instant is left to timers and messages.</summary>
    public abstract void Start();

    /// <summary>Begins to end in good order; the process exits by itself once that is done.</summary>
    public abstract void Leave();
}
