namespace Meditron.Simulation.Worlds;

/// <summary>Makes continuations of tasks steps of the world: whoever awaits in a world goes on in it, and never on the thread pool.</summary>
internal sealed class WorldTasks(World world) : TaskScheduler
{
    private Task? _entering;

    public override int MaximumConcurrencyLevel => 1;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task) => world.Post(world.Running, new Step(this, task));

    // Whether the platform asks to run a continuation at once depends on what kind of thread it is on; so each is a step of its own, but for what enters the world.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => task == _entering && TryExecuteTask(task);

    /// <summary>Runs a task to its end, as whoever enters the world.</summary>
    public void Enter(Task task)
    {
        var before = _entering;
        _entering = task;
        try
        {
            task.RunSynchronously(this);
        }
        finally
        {
            _entering = before;
        }
    }

    private sealed class Step(WorldTasks tasks, Task task) : IRunnable
    {
        public void Run() => tasks.TryExecuteTask(task);

        public void Execute() => Run();
    }
}
