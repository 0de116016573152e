using Meditron.Training.Distributed.Launching;

namespace Meditron.Simulation.Jobs;

/// <summary>Starts a launcher's workers in places of its machine, and takes over those that run there already.</summary>
internal sealed class LaunchedWorkers(TrainingSite site, TrainingMachine machine, NodeProcess launcher) : IWorkerProcesses
{
    private readonly List<Child> _children = [];

    public IWorkerProcess Start(int slot, bool standby, Action<int> exited)
    {
        var place = site.PlaceFor(machine, slot, standby);
        place.Start();
        if (place.Program is not WorkerNode worker)
        {
            throw new IOException("the machine starts nothing at present");
        }

        var child = new Child(site, worker);
        _children.Add(child);
        worker.Exited = code =>
        {
            _children.Remove(child);
            site.World.Post(launcher, () => exited(code));
        };
        return child;
    }

    /// <summary>Kills all that are left.</summary>
    public void KillAll() => _children.ToList().ForEach(static child => child.Kill());

    private sealed class Child(TrainingSite site, WorkerNode worker) : IWorkerProcess
    {
        public int Id => worker.Id;

        public void Terminate() => site.World.Post(worker.Process, worker.Leave);

        public void Kill() => site.World.Post(null, () => site.Kill(worker.Process));

        public void Dispose()
        {
        }
    }
}
