using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Torch;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Leads a job: this process is a seed that may host the coordinators, and launches the workers where they all run on this machine.</summary>
/// <param name="loaded">The job's configuration.</param>
/// <param name="launches">Whether it starts the workers itself; else they join from other machines.</param>
/// <param name="context">Console, clock and interruption.</param>
internal sealed class ClusterRun(LoadedSettings loaded, bool launches, CliContext context)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(15);

    /// <summary>Trains to the last step, or until it is told to stop.</summary>
    /// <returns>How the job ended, and what its header was.</returns>
    /// <exception cref="NodeException">It could not start or join, was removed, or its workers have ended.</exception>
    public (JobOutcome Outcome, Job Job, RunHeader Header) Run(IRunView view, RunHistory history)
    {
        var devices = launches ? DevicePlan.Assign(loaded.Settings.Device, torch.cuda.device_count(), loaded.Settings.Parallel) : [];
        var job = Job.Open(loaded, progress => view.Preparing(progress.What, progress.Done), context.Time, context.Cancellation);
        job.RequireSameRun();
        if (launches && devices[0] == "cpu")
        {
            MachineMemory.Require(job.PlannedBytes(), MachineMemory.AvailableBytes());
        }

        loaded.Write(job.Folder.Configuration);
        var observer = new JobObserver(view, history, job, context.Time);
        using var logging = LocalSystem.LogTo(Path.Combine(job.Folder.Logs, launches ? "seed.log" : $"seed-{Environment.MachineName}.log"));
        using var member = JobMember.Start(loaded, NodeRoles.Seed, job.Folder);
        try
        {
            JournalCheck.Require(member.System);
            var (coordinator, _) = TrainingNode.StartSeed(member.System, job, observer);
            JobWatch.Start(member.System, observer);
            member.Serve(launches ? "train" : "seed", coordinator, job);
            member.Join(alone: true);
            if (launches)
            {
                view.Preparing("starting workers", null);
            }
            else
            {
                view.Note($"waiting for {loaded.Settings.Parallel.Layout.World} workers to join {member.Address}");
            }

            var workers = new TaskCompletionSource<IReadOnlyList<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
            var launcher = launches
                ? TrainingNode.StartLauncher(member.System, coordinator, Launch(loaded.Settings, view), Processes(job, member.Address, devices), context.Time, workers.SetResult)
                : null;
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var interruption = context.Cancellation.Register(() => Interrupted(member.System, coordinator, left));
            var outcome = Wait(member, observer, workers.Task, left.Task);
            JobWatch.Tell(member.System, outcome);
            launcher?.Ask<WorkersStopped>(new StopWorkers(), StopTimeout).Wait(StopTimeout);
            return (outcome, job, observer.Header);
        }
        finally
        {
            member.End();
        }
    }

    private static NodeLauncherOptions Launch(MeditronSettings settings, IRunView view) => new()
    {
        Workers = settings.Parallel.Layout.World,
        Standbys = settings.Parallel.Standbys,
        MinBackoff = settings.Recovery.RestartMinBackoff,
        MaxBackoff = settings.Recovery.RestartMaxBackoff,
        Final = WorkerProcesses.FinalCodes,
        GivenUp = view.Note,
        RestartsMax = settings.Recovery.RestartsMax,
        RestartsWindow = settings.Recovery.RestartsWindow,
        StopTimeout = settings.Recovery.DrainTimeout + TimeSpan.FromSeconds(10),
    };

    /// <summary>Ends the job in order; a seed beside which another one is up only leaves, and its coordinators start there.</summary>
    private void Interrupted(ActorSystem system, IActorRef coordinator, TaskCompletionSource left)
    {
        if (!launches && JobWatch.OtherSeeds(system).Count > 0)
        {
            left.SetResult();
            return;
        }

        coordinator.Tell(new StopTraining(), ActorRefs.NoSender);
    }

    private JobOutcome Wait(JobMember member, JobObserver observer, Task<IReadOnlyList<int>> workers, Task left)
    {
        var limit = loaded.Settings.Parallel.WorkersTimeout;
        if (Task.WaitAny([observer.Begun, observer.Outcome, workers, member.System.WhenTerminated, left], limit) < 0)
        {
            throw new NodeException(
                ExitCodes.Cluster,
                $"{loaded.Settings.Parallel.Layout} needs {loaded.Settings.Parallel.Layout.World} workers, and too few have joined {member.Address} within {limit} (meditron.parallel.workers-timeout)"
                + (observer.LastRefusal is { } last ? $"; the last one refused was {last}." : ". Start them with akka.cluster.seed-nodes naming that address, or raise the time."));
        }

        Task.WaitAny(observer.Outcome, workers, member.System.WhenTerminated, left);
        if (observer.Outcome.IsCompleted || left.IsCompleted)
        {
            return observer.Outcome.IsCompleted ? observer.Outcome.Result : new JobOutcome(0, false, null, null);
        }

        if (workers.IsCompleted)
        {
            var code = workers.Result.FirstOrDefault(each => each != ExitCodes.Ok, ExitCodes.Cluster);
            throw new NodeException(
                code,
                $"all {workers.Result.Count} workers of the job have ended, and none is started again (exit codes {string.Join(", ", workers.Result.Distinct())}): "
                + $"{observer.LastRefusal ?? $"the last lines of {Path.Combine(loaded.Settings.Run.Path, "logs", "worker-0.log")} say why"}.");
        }

        throw member.Failure() ?? new NodeException(ExitCodes.Cluster, "the node's actor system has ended before the job did; see the run's logs.");
    }

    private WorkerProcesses Processes(Job job, string seed, IReadOnlyList<string> devices)
    {
        var settings = loaded.Settings;
        return new WorkerProcesses(
            ["--config", job.Folder.Configuration, "-c", $"akka.cluster.seed-nodes=[\"{seed}\"]", "-c", "akka.remote.dot-netty.tcp.port=0", "-c", "meditron.cmd.port=0", .. WorkerThreads.Overrides(settings.Threads, settings.Parallel.Layout.World)],
            devices,
            job.Folder.Logs);
    }
}
