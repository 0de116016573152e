using Meditron.Torch;
using Meditron.Training.Distributed.Checkpointing;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Journals;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Nodes;

/// <summary>Starts the actors of a job on one node of its cluster.</summary>
public static class TrainingNode
{
    private const string CoordinatorName = "training-coordinator";
    private const string CheckpointsName = "checkpoint-coordinator";
    private const string Leader = "leader";

    private static readonly TimeSpan SeedInterval = TimeSpan.FromSeconds(5);

    /// <summary>Starts what a seed hosts: the two coordinators as singletons of all seeds, and their proxies.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="job">The job.</param>
    /// <param name="observer">Told what the coordinator does while it runs here.</param>
    /// <returns>Proxies of the training coordinator and of the checkpoint coordinator.</returns>
    public static (IActorRef Coordinator, IActorRef Checkpoints) StartSeed(ActorSystem system, Job job, IJobObserver observer)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(job);
        var (run, log) = (job.Settings.Run.Name, job.Log(observer));
        return StartSeed(
            system,
            coordinator => CheckpointKeeper.PropsFor(CheckpointCoordinator.IdOf(run), CheckpointCoordinator.PropsFor(job.Checkpoints(), coordinator), coordinator),
            checkpoints => TrainingKeeper.PropsFor(TrainingCoordinator.IdOf(run), TrainingCoordinator.PropsFor(job.Coordinator(), checkpoints, log), run, log));
    }

    /// <summary>Starts the two coordinators as singletons of all seeds, and their proxies.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="checkpointing">The checkpoint coordinator's properties, given a proxy of the training coordinator.</param>
    /// <param name="training">The training coordinator's properties, given a proxy of the checkpoint coordinator.</param>
    internal static (IActorRef Coordinator, IActorRef Checkpoints) StartSeed(ActorSystem system, Func<IActorRef, Props> checkpointing, Func<IActorRef, Props> training)
    {
        var (coordinator, checkpoints) = Proxies(system);
        var settings = ClusterSingletonManagerSettings.Create(system).WithRole(NodeRoles.Seed);
        system.ActorOf(
            ClusterSingletonManager.Props(checkpointing(coordinator), PoisonPill.Instance, settings.WithSingletonName(Leader)), CheckpointsName);
        system.ActorOf(
            ClusterSingletonManager.Props(training(checkpoints), PoisonPill.Instance, settings.WithSingletonName(Leader)),
            CoordinatorName);
        return (coordinator, checkpoints);
    }

    /// <summary>Starts a worker: one device, registered with the coordinator.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="job">The job.</param>
    /// <param name="id">Unique to the process.</param>
    /// <param name="device">The device.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="standby">Whether it waits for another's place.</param>
    /// <param name="host">The address at which other machines reach this one's process groups; empty for all of its addresses.</param>
    /// <param name="ended">Told why the worker has nothing to do any more.</param>
    /// <returns>A proxy of the training coordinator.</returns>
    public static IActorRef StartWorker(ActorSystem system, Job job, string id, Device device, int threads, bool standby, string host, Action<WorkerEnd> ended)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(job);
        var training = job.Training(device, threads, host);
        return StartWorker(system, job.Worker(id, device, threads, standby), abort => DeviceActor.PropsFor(training, abort), Machine(host, job.Settings.Recovery), ended);
    }

    /// <summary>Starts a worker with any device on any machine.</summary>
    internal static IActorRef StartWorker(ActorSystem system, WorkerOptions options, Func<DeviceAbort, Props> device, IMachine machine, Action<WorkerEnd> ended)
    {
        var (coordinator, checkpoints) = Proxies(system);
        system.ActorOf(GpuWorker.Create(options, coordinator, checkpoints, device, machine, ended), "worker");
        WatchSeeds(system);
        return coordinator;
    }

    /// <summary>Starts the launcher of this machine's worker processes, and what stands for the machine.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="coordinator">A proxy of the training coordinator, where the launcher is a node of the job's cluster; else null.</param>
    /// <param name="options">What to keep running.</param>
    /// <param name="processes">Starts processes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ended">Told the exit codes by slot once all processes have ended and none is started again.</param>
    public static IActorRef StartLauncher(
        ActorSystem system, IActorRef? coordinator, NodeLauncherOptions options, IWorkerProcesses processes, TimeProvider time, Action<IReadOnlyList<int>> ended)
    {
        ArgumentNullException.ThrowIfNull(system);
        var launcher = system.ActorOf(NodeLauncher.PropsFor(options, processes, time, ended), "launcher");
        if (coordinator is not null)
        {
            StartAgent(system, coordinator, launcher, Guid.NewGuid().ToString("N"), new LocalMachine());
        }

        return launcher;
    }

    /// <summary>Starts what stands for this machine in the job's cluster, beside its launcher.</summary>
    /// <param name="system">A node of the job's cluster.</param>
    /// <param name="coordinator">A proxy of the training coordinator.</param>
    /// <param name="launcher">The launcher; it may be of another system of this process.</param>
    /// <param name="host">The address at which other machines reach this one.</param>
    /// <param name="recovery">How the job recovers.</param>
    public static void StartAgent(ActorSystem system, IActorRef coordinator, IActorRef launcher, string host, RecoverySettings recovery)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(recovery);
        StartAgent(system, coordinator, launcher, Guid.NewGuid().ToString("N"), Machine(host, recovery));
    }

    /// <summary>Starts the launcher of a job that runs on one machine: a singleton of its seeds, so that another of them takes the workers over, and on each of them what stands for the machine.</summary>
    /// <param name="system">The seed's actor system.</param>
    /// <param name="coordinator">A proxy of the training coordinator.</param>
    /// <param name="options">What to keep running.</param>
    /// <param name="processes">Starts processes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ended">Told, where the launcher runs here, the exit codes by slot once all processes have ended and none is started again.</param>
    /// <returns>Where the launcher is while it runs on this seed.</returns>
    public static ActorSelection StartLauncherOfSeeds(
        ActorSystem system, IActorRef coordinator, NodeLauncherOptions options, IWorkerProcesses processes, TimeProvider time, Action<IReadOnlyList<int>> ended)
    {
        var launcher = StartOfSeeds(system, "launcher", NodeLauncher.PropsFor(options, processes, time, ended));
        var proxy = system.ActorOf(
            ClusterSingletonProxy.Props("/user/launcher", ClusterSingletonProxySettings.Create(system).WithRole(NodeRoles.Seed).WithSingletonName(Leader)), "launcher-proxy");
        StartAgent(system, coordinator, proxy, Guid.NewGuid().ToString("N"), new LocalMachine());
        return launcher;
    }

    /// <summary>Starts what keeps a second seed of a job on one machine running: a singleton of its seeds.</summary>
    /// <param name="system">The seed's actor system.</param>
    /// <param name="options">What to keep running.</param>
    /// <param name="processes">Starts processes.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Where it is while it runs on this seed.</returns>
    public static ActorSelection StartSeedKeeper(ActorSystem system, NodeLauncherOptions options, IWorkerProcesses processes, TimeProvider time) =>
        StartOfSeeds(system, "seed-keeper", NodeLauncher.PropsFor(options, processes, time, _ => { }));

    /// <summary>Starts what stands for a machine beside its launcher.</summary>
    internal static void StartAgent(ActorSystem system, IActorRef coordinator, IActorRef launcher, string id, IMachine machine)
    {
        system.ActorOf(MachineAgent.PropsFor(id, machine, coordinator, launcher), "machine-agent");
        if (!Cluster.Get(system).SelfRoles.Contains(NodeRoles.Seed))
        {
            WatchSeeds(system);
        }
    }

    /// <summary>Tells this node's worker that its process is to end; it says so by the action that it was started with, once nothing depends on it.</summary>
    public static void Leave(ActorSystem system, string reason)
    {
        ArgumentNullException.ThrowIfNull(system);
        system.ActorSelection("/user/worker").Tell(new LeaveJob(reason), ActorRefs.NoSender);
    }

    /// <summary>Proxies of the coordinators, for a node that hosts neither.</summary>
    public static (IActorRef Coordinator, IActorRef Checkpoints) Proxies(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var settings = ClusterSingletonProxySettings.Create(system).WithRole(NodeRoles.Seed).WithSingletonName(Leader);
        return (
            system.ActorOf(ClusterSingletonProxy.Props($"/user/{CoordinatorName}", settings), $"{CoordinatorName}-proxy"),
            system.ActorOf(ClusterSingletonProxy.Props($"/user/{CheckpointsName}", settings), $"{CheckpointsName}-proxy"));
    }

    private static void WatchSeeds(ActorSystem system) => system.ActorOf(Props.Create(() => new SeedWatch(SeedInterval)), "seed-watch");

    private static LocalMachine Machine(string host, RecoverySettings recovery) => new(recovery.Copies.IsOn ? host : null, recovery.Copies.Timeout);

    private static ActorSelection StartOfSeeds(ActorSystem system, string name, Props props)
    {
        ArgumentNullException.ThrowIfNull(system);
        system.ActorOf(ClusterSingletonManager.Props(props, PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(NodeRoles.Seed).WithSingletonName(Leader)), name);
        return system.ActorSelection($"/user/{name}/{Leader}");
    }
}
