namespace Meditron.Simulation.Checks;

/// <summary>There are never two of something that there may be only one of.</summary>
/// <param name="world">The world.</param>
/// <param name="name">What it is.</param>
/// <param name="mayOverlap">Whether one that is about to end may be there beside the next.</param>
internal sealed class SingletonCheck(World world, string name, bool mayOverlap = false)
{
    private readonly List<NodeProcess> _alive = [];

    /// <summary>The number of times it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Whether there is one.</summary>
    public bool IsAlive => _alive.Count > 0;

    /// <summary>It starts in a process.</summary>
    public void Started(NodeProcess process)
    {
        Starts++;
        world.Note(process.Name, $"{name} starts");
        if (_alive.Count > 0 && !mayOverlap)
        {
            world.Violate("never two singletons", $"{name} starts on {process.Name} while it is alive on {string.Join(", ", _alive.Select(static other => other.Name))}");
        }

        _alive.Add(process);
    }

    /// <summary>It has stopped in a process.</summary>
    public void Stopped(NodeProcess process)
    {
        world.Note(process.Name, $"{name} has stopped");
        _alive.Remove(process);
    }

    /// <summary>A process has ended, and with it all that it had.</summary>
    public void Ended(NodeProcess process) => _alive.RemoveAll(other => other == process);
}
