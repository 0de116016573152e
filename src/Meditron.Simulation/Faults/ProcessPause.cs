namespace Meditron.Simulation.Faults;

/// <summary>A process is stopped for a while (SIGSTOP, a long collection, a busy host) and then goes on as if nothing had been.</summary>
internal sealed class ProcessPause(double longestSeconds = 2) : Fault
{
    public override FaultEffect? Happen(Fleet fleet, SeededRandom random)
    {
        if (PickRunning(fleet, random) is not { Host.Process: { } process } machine)
        {
            return null;
        }

        process.Pause();
        return new FaultEffect($"{machine.Name} is stopped", random.Milliseconds(20, longestSeconds * 1000), () =>
        {
            if (process is { IsAlive: true, IsPaused: true })
            {
                process.Resume();
            }
        });
    }
}
