using Meditron.Simulation.Stores;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;

namespace Meditron.Simulation.Jobs;

/// <summary>A worker process.</summary>
internal sealed class WorkerNode(TrainingSite site, TrainingMachine machine, NodeProcess process, bool standby) : ClusterProgram(site, process)
{
    // Of a process that was killed.
    private const int Killed = 137;
    private const int Lost = 12;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private int _code = Killed;

    /// <summary>Its process id.</summary>
    public int Id { get; } = machine.Started(process);

    /// <summary>Told the exit code.</summary>
    public Action<int>? Exited { get; set; }

    public override void Start()
    {
        var port = TrainingConfigs.Port + Process.Incarnation % 16;
        System = SimulatedSystem.Start(Process, TrainingConfigs.SystemName, Site.Configs.Of(NodeRoles.Worker, port), new StoreSetup(Process));
        var id = $"{Name}/{Process.Incarnation}";
        var here = new ProcessMachine(machine, Process, Id);
        var options = new WorkerOptions
        {
            Description = new WorkerDescription { Id = id, Host = Name, ProcessId = Id, Device = "simulated", Threads = 1, MemoryBytes = 1, Standby = standby, Machine = machine.Name },
        };
        TrainingNode.StartWorker(System, options, abort => SimulatedDevice.PropsFor(Site, here, abort), here, end =>
        {
            _code = end.Cause == WorkerEndCause.JobEnded ? 0 : Lost;
            Process.Runtime.SignalTermination();
        });
        Join();
    }

    /// <summary>Its process is told to end, and does so once another has taken its rank, or when that takes too long; its launcher starts another, as on a machine that is given back.</summary>
    public void Drain()
    {
        TrainingNode.Leave(System!, "its process was told to end");
        World.At(DrainTimeout, Process, Process.Runtime.SignalTermination);
    }

    public void OnEnded() => Exited?.Invoke(_code);
}
