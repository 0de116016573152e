namespace Meditron.Simulation.Machines;

/// <summary>All machines of a world, and whoever runs them: starts again, after a while, what has ended.</summary>
internal sealed class Fleet
{
    private readonly List<Machine> _machines = [];
    private readonly SeededRandom _random;
    private readonly double _longestMilliseconds;

    public Fleet(World world)
    {
        World = world;
        _random = world.Random("fleet");
        _longestMilliseconds = _random.Pick([500.0, 3_000.0, 15_000.0]);
    }

    public World World { get; }

    public IReadOnlyList<Machine> Machines => _machines;

    /// <summary>Called when a process has ended, whatever the way.</summary>
    public Action<Machine, NodeProgram>? Ended { get; set; }

    public IEnumerable<Machine> Running => _machines.Where(machine => machine.IsRunning);

    /// <summary>Adds a machine, which is off.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="program">What its processes run.</param>
    /// <param name="supervised">Whether it is started, and started again, without anybody else's doing.</param>
    public Machine Add(string name, Func<NodeProcess, NodeProgram> program, bool supervised = true)
    {
        var machine = new Machine(this, name, program, supervised);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>Starts a machine after a while.</summary>
    public void StartLater(Machine machine)
    {
        if (machine.IsSupervised)
        {
            World.At(_random.Milliseconds(1, _longestMilliseconds), null, machine.Start);
        }
    }

    /// <summary>Starts all machines, each after a time of its own.</summary>
    public void StartAll()
    {
        foreach (var machine in _machines)
        {
            StartLater(machine);
        }
    }

    internal void OnEnded(Machine machine, NodeProgram program)
    {
        Ended?.Invoke(machine, program);
        if (!machine.IsHeldDown)
        {
            StartLater(machine);
        }
    }
}
