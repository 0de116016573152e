namespace Meditron.Simulation.Worlds;

/// <summary>A step that is due at a time.</summary>
internal sealed class TimedStep(NodeProcess? owner, IRunnable work)
{
    public NodeProcess? Owner { get; } = owner;

    public IRunnable Work { get; } = work;

    public bool Cancelled { get; set; }
}
