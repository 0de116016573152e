namespace Meditron.Actors.Cluster;

/// <summary>What a node that was declared dead, but lives, still does while the others can hear it: singletons stop and say so.</summary>
internal sealed class DownedTasks
{
    private readonly Lock _lock = new();
    private readonly List<Func<Task>> _tasks = [];

    /// <summary>Adds a task; it is called once, when this node is found to be Down.</summary>
    public void Add(Func<Task> task)
    {
        lock (_lock)
        {
            _tasks.Add(task);
        }
    }

    /// <summary>Starts all of them.</summary>
    public Task Start()
    {
        Func<Task>[] tasks;
        lock (_lock)
        {
            tasks = [.. _tasks];
            _tasks.Clear();
        }

        return Task.WhenAll(tasks.Select(task => task()));
    }
}
