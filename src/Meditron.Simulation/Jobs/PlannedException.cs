namespace Meditron.Simulation.Jobs;

/// <summary>What a device throws by plan; its text is the same in every process.</summary>
internal sealed class PlannedException(string message) : Exception(message)
{
    public override string ToString() => Message;
}
