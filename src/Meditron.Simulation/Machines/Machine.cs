namespace Meditron.Simulation.Machines;

/// <summary>A machine with the program it is there for, and with what is done to it by whoever runs it.</summary>
internal sealed class Machine
{
    private readonly Fleet _fleet;
    private readonly Func<NodeProcess, NodeProgram> _program;
    private int _holds;

    public Machine(Fleet fleet, string name, Func<NodeProcess, NodeProgram> program, bool supervised = true)
    {
        IsSupervised = supervised;
        _fleet = fleet;
        _program = program;
        Host = new NodeHost(fleet.World, name);
    }

    public NodeHost Host { get; }

    public string Name => Host.Name;

    /// <summary>Whether it is started again by itself.</summary>
    public bool IsSupervised { get; }

    public bool IsRunning => Host.IsRunning;

    public bool IsPaused => Host.Process is { IsAlive: true, IsPaused: true };

    /// <summary>The running process's program, or null.</summary>
    public NodeProgram? Program { get; private set; }

    /// <summary>Whether a fault keeps it from being started.</summary>
    public bool IsHeldDown => _holds > 0;

    /// <summary>Starts a process, unless one runs or the machine is held down.</summary>
    public void Start()
    {
        if (IsRunning || IsHeldDown)
        {
            return;
        }

        var process = Host.Start();
        process.Ended = () => OnEnded(process);
        _fleet.World.Note(Name, $"starts, incarnation {process.Incarnation}");
        var program = Program = _program(process);
        _fleet.World.Post(process, program.Start);
    }

    /// <summary>Kills the process: the operating system closes its connections, the disk stays as it is.</summary>
    public void Kill() => Host.Kill();

    /// <summary>Turns the machine off.</summary>
    public void PowerOff() => Host.PowerOff();

    /// <summary>Asks the program to end in good order.</summary>
    public void Leave()
    {
        if (Program is { } program)
        {
            _fleet.World.Post(program.Process, program.Leave);
        }
    }

    /// <summary>Keeps it from being started until <see cref="Release"/>.</summary>
    public void HoldDown() => _holds++;

    /// <summary>Lets it be started again.</summary>
    public void Release()
    {
        _holds--;
        _fleet.StartLater(this);
    }

    private void OnEnded(NodeProcess process)
    {
        _fleet.World.Note(Name, $"has ended, incarnation {process.Incarnation}");
        var program = Program;
        Program = null;
        _fleet.OnEnded(this, program!);
    }
}
