using System.Globalization;

namespace Meditron.Simulation.Worlds;

/// <summary>One process on a machine: owner of work, timers and connections, all of which end with it.</summary>
internal sealed class NodeProcess
{
    private readonly List<IRunnable> _held = [];

    public NodeProcess(NodeHost host, int incarnation)
    {
        Host = host;
        Incarnation = incarnation;
        Name = host.Name;
        Runtime = new NodeRuntime(this);
        Network = new Network.SimulatedNetwork(this);
    }

    public NodeHost Host { get; }

    public World World => Host.World;

    public string Name { get; }

    public int Incarnation { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsPaused { get; private set; }

    /// <summary>When it last ran again after a pause.</summary>
    public TimeSpan? ResumedAt { get; private set; }

    public NodeRuntime Runtime { get; }

    public Network.SimulatedNetwork Network { get; }

    /// <summary>Called once when the process has ended, whatever the way.</summary>
    public Action? Ended { get; set; }

    /// <summary>The seed of everything random in this process.</summary>
    public string RandomPurpose(string purpose) => string.Create(CultureInfo.InvariantCulture, $"{Name}/{Incarnation}/{purpose}");

    /// <summary>Stops the process as SIGSTOP does; the network and the clock go on.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Lets the process go on.</summary>
    public void Resume()
    {
        IsPaused = false;
        ResumedAt = World.Now;
        foreach (var work in _held)
        {
            World.Post(this, work);
        }

        _held.Clear();
    }

    /// <summary>Keeps work of a paused process.</summary>
    public void Hold(IRunnable work) => _held.Add(work);

    internal void Die()
    {
        IsAlive = false;
        _held.Clear();
        Ended?.Invoke();
    }
}
