namespace Meditron.Simulation.Faults;

/// <summary>A process is told to end in good order and is started again later.</summary>
internal sealed class GracefulStop(double longestSeconds = 25) : Fault
{
    public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
    {
        if (PickRunning(fleet, random) is not { } machine)
        {
            return null;
        }

        machine.HoldDown();
        machine.Leave();
        return new FaultEffect($"{machine.Name} is told to end", random.Milliseconds(500, longestSeconds * 1000), machine.Release);
    }
}
