namespace Meditron.Simulation.Worlds;

/// <summary>A machine of the world: it has a name, a clock and a disk, and runs one process at a time.</summary>
internal sealed class NodeHost
{
    private readonly World _world;

    public NodeHost(World world, string name)
    {
        _world = world;
        Name = name;
        Index = world.Network.Add(this);
        Disk = new Disks.SimulatedDisk(world, name);
    }

    public string Name { get; }

    /// <summary>The machine's number in the network.</summary>
    public int Index { get; }

    public World World => _world;

    public Disks.SimulatedDisk Disk { get; }

    /// <summary>How far its wall clock is off; its monotonic clock never jumps.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Whether the machine runs; if not, it answers nothing, not even with a refusal.</summary>
    public bool IsPowered { get; private set; } = true;

    /// <summary>How many processes it has run.</summary>
    public int Incarnation { get; private set; }

    public NodeProcess? Process { get; private set; }

    public bool IsRunning => Process is { IsAlive: true };

    /// <summary>Starts a process; it does nothing until it is given something to do.</summary>
    public NodeProcess Start()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} already runs a process.");
        }

        if (!IsPowered)
        {
            IsPowered = true;
            _world.Network.GoOn();
        }

        Process = new NodeProcess(this, ++Incarnation);
        return Process;
    }

    /// <summary>Kills the process: its actors vanish at one instant, the operating system closes its connections.</summary>
    public void Kill()
    {
        if (Process is { IsAlive: true } process)
        {
            process.Die();
            _world.Network.OnProcessEnded(process, silently: false);
        }
    }

    /// <summary>Turns the machine off: its connections go silent and its disk loses what was not flushed.</summary>
    public void PowerOff()
    {
        IsPowered = false;
        if (Process is { IsAlive: true } process)
        {
            process.Die();
            _world.Network.OnProcessEnded(process, silently: true);
        }

        Disk.Crash();
    }
}
