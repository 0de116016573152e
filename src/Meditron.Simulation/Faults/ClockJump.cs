namespace Meditron.Simulation.Faults;

/// <summary>A machine's wall clock jumps; its monotonic clock does not.</summary>
internal sealed class ClockJump : Fault
{
    public override FaultEffect Happen(Fleet fleet, SeededRandom random)
    {
        var machine = random.Pick(fleet.Machines);
        machine.Host.ClockOffset = TimeSpan.FromSeconds((random.Fraction() - 0.5) * random.Pick([1.0, 60.0, 7_200.0]));
        return new FaultEffect($"the wall clock of {machine.Name} is off by {machine.Host.ClockOffset.TotalSeconds:F3} s", TimeSpan.Zero, null);
    }
}
