using Meditron.Simulation.Stores;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Nodes;

namespace Meditron.Simulation.Jobs;

/// <summary>The launcher of a machine's workers.</summary>
internal sealed class LauncherNode(TrainingSite site, TrainingMachine machine, NodeProcess process, int workers) : ClusterProgram(site, process)
{
    private const string Role = "launcher";

    private readonly int _id = machine.Started(process);
    private readonly LaunchedWorkers _launched = new(site, machine, process);

    public override void Start()
    {
        var options = new NodeLauncherOptions { Workers = workers, Standbys = Site.Plan.Standbys, MinBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(8) };
        var agents = Site.Plan.Agents;
        var port = TrainingConfigs.Port + Process.Incarnation % 16;
        System = SimulatedSystem.Start(Process, TrainingConfigs.SystemName, agents ? Site.Configs.Of(Role, port) : Site.Configs.Alone, new StoreSetup(Process));
        var launcher = TrainingNode.StartLauncher(System, null, options, _launched, Process.Runtime.Time, static _ => { });
        if (agents)
        {
            var (coordinator, _) = TrainingNode.Proxies(System);
            TrainingNode.StartAgent(System, coordinator, launcher, $"{Name}/{Process.Incarnation}", new ProcessMachine(machine, Process, _id));
            Join();
        }
    }

    public void OnEnded()
    {
        if (Site.Plan.OrphansEnd)
        {
            _launched.KillAll();
        }
    }
}
