namespace Meditron.Simulation.Worlds;

/// <summary>An action as a step of the world.</summary>
internal sealed class ActionStep(Action action) : IRunnable
{
    public void Run() => action();

    public void Execute() => action();
}
