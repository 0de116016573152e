using System.Globalization;
using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Trains over a cluster of this machine's processes: this one is the seed with the coordinators, and launches the workers.</summary>
internal sealed class ClusterRun(LoadedSettings loaded, CliContext context)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(15);

    /// <summary>Trains to the last step, or until Ctrl-C.</summary>
    /// <returns>How the job ended, and what its header was.</returns>
    public (JobOutcome Outcome, Job Job, RunHeader Header) Run(IRunView view, RunHistory history)
    {
        var settings = loaded.Settings;
        var job = Job.Open(loaded, progress => view.Preparing(progress.What, progress.Done), context.Time, context.Cancellation);
        File.WriteAllText(job.Folder.Configuration, loaded.ToHocon());
        var observer = new JobObserver(view, history, job, context.Time);
        using var logging = LocalSystem.LogTo(Path.Combine(job.Folder.Path, "logs", "seed.log"));
        using var system = LocalSystem.Create(NodeConfiguration.Create(loaded, NodeRoles.Seed, Path.Combine(job.Folder.Path, "journal.db")));
        try
        {
            var cluster = Cluster.Get(system);
            cluster.Join(cluster.SelfAddress);
            var (coordinator, _) = TrainingNode.StartSeed(system, job, observer);
            view.Preparing("starting workers", null);
            var launcher = TrainingNode.StartLauncher(system, Launch(settings), Processes(job, cluster.SelfAddress.ToString()), context.Time);
            using var interruption = context.Cancellation.Register(() => coordinator.Tell(new StopTraining(), ActorRefs.NoSender));
            var outcome = observer.Outcome.GetAwaiter().GetResult();
            launcher.Ask<WorkersStopped>(new StopWorkers(), StopTimeout).Wait(StopTimeout);
            return (outcome, job, observer.Header);
        }
        finally
        {
            var shutdown = CoordinatedShutdown.Get(system);
            shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            system.WhenTerminated.Wait(shutdown.TotalTimeout + Margin);
        }
    }

    private static NodeLauncherOptions Launch(MeditronSettings settings) => new()
    {
        Workers = settings.Parallel.Layout.World,
        Standbys = settings.Parallel.Standbys,
        Final = [ExitCodes.Configuration, ExitCodes.Usage, ExitCodes.Data],
    };

    private WorkerProcesses Processes(Job job, string seed)
    {
        var settings = loaded.Settings;
        var threads = settings.Threads > 0 ? settings.Threads : Math.Max(1, Environment.ProcessorCount / settings.Parallel.Layout.World);
        return new WorkerProcesses(
            job.Folder.Configuration,
            [$"akka.cluster.seed-nodes=[\"{seed}\"]", string.Create(CultureInfo.InvariantCulture, $"meditron.threads={threads}")],
            Path.Combine(job.Folder.Path, "logs"));
    }
}
