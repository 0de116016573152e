namespace Meditron.Simulation.Faults;

/// <summary>A machine loses power: its connections go silent, its disk loses what was not flushed.</summary>
internal sealed class PowerLoss(double longestSeconds = 30) : Fault
{
    public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
    {
        if (PickRunning(fleet, random) is not { } machine)
        {
            return null;
        }

        machine.HoldDown();
        machine.PowerOff();
        return new FaultEffect($"{machine.Name} loses power", random.Milliseconds(500, longestSeconds * 1000), machine.Release);
    }
}
