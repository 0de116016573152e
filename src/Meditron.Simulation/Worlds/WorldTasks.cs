namespace Meditron.Simulation.Worlds;

/// <summary>Makes continuations of tasks steps of the world: whoever awaits in a world goes on in it, and never on the thread pool.</summary>
internal sealed class WorldTasks(World world) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task) => world.Post(world.Running, new Step(this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && world.IsMine && TryExecuteTask(task);

    private sealed class Step(WorldTasks tasks, Task task) : IRunnable
    {
        public void Run() => tasks.TryExecuteTask(task);

        public void Execute() => Run();
    }
}
