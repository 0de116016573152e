namespace Meditron.Simulation.Faults;

/// <summary>A process is killed (kill -9) and stays down for a while.</summary>
internal sealed class ProcessCrash(double longestSeconds = 20) : Fault
{
    public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
    {
        if (PickRunning(fleet, random) is not { } machine)
        {
            return null;
        }

        machine.HoldDown();
        machine.Kill();
        return new FaultEffect($"kill -9 of {machine.Name}", random.Milliseconds(50, longestSeconds * 1000), machine.Release);
    }
}
