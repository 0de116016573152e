using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Leads a job: this process is a seed that may host the coordinators, and keeps the workers running where they are all on this machine.</summary>
/// <param name="loaded">The job's configuration.</param>
/// <param name="lead">As what it leads.</param>
/// <param name="context">Console, clock and interruption.</param>
internal sealed class ClusterRun(LoadedSettings loaded, Lead lead, CliContext context)
{
    private readonly bool launches = lead != Lead.Machines;

    /// <summary>Trains to the last step, or until it is told to stop.</summary>
    /// <returns>How the job ended, null where this process has left it to another seed; the job; and its header.</returns>
    /// <exception cref="NodeException">It could not start or join, was removed, or its workers have ended.</exception>
    public (JobOutcome? Outcome, Job Job, RunHeader Header) Run(IRunView view, RunHistory history)
    {
        var devices = lead == Lead.Local ? LocalProcesses.Devices(loaded.Settings) : [];
        var job = Job.Open(loaded, progress => view.Preparing(progress.What, progress.Done), context.Time, context.Cancellation);
        if (lead != Lead.Deputy)
        {
            Require(job, devices);
        }

        var observer = new JobObserver(view, history, job, context.Time);
        using var logging = lead == Lead.Deputy
            ? LocalSystem.LogTo(null)
            : LocalSystem.LogTo(Path.Combine(job.Folder.Logs, launches ? "seed.log" : $"seed-{Environment.MachineName}.log"));
        using var member = JobMember.Start(loaded, NodeRoles.Seed, job.Folder);
        using var processes = new LocalProcesses(loaded, job, context.Time);
        var workers = new TaskCompletionSource<IReadOnlyList<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (lead != Lead.Deputy)
            {
                JournalCheck.Require(member.System, job.Folder, context.Time);
            }

            var (coordinator, _) = TrainingNode.StartSeed(member.System, job, observer);
            JobWatch.Start(member.System, observer, observer.SeedJoined, address => DeputyProcesses.EndSilent(job.Folder, address.ToString()));
            member.Serve(lead == Lead.Local ? "train" : "seed", coordinator, job);
            if (launches)
            {
                processes.StartWorkers(member, coordinator, view.Note, codes => workers.TrySetResult(codes));
            }

            member.Join(alone: lead != Lead.Deputy, launches ? [.. new JobNodes(job.Folder).Addresses()] : []);
            Tell(view, member);
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var interruption = context.Cancellation.Register(() => Interrupted(member.System, coordinator, left));
            var outcome = Wait(member, observer, processes, workers.Task, left.Task);
            return (outcome, job, observer.Header);
        }
        finally
        {
            // What fails here later than at the start is no end of the job: another seed goes on with it.
            if (observer.Outcome.IsCompleted || workers.Task.IsCompleted || (lead == Lead.Local && !observer.Begun.IsCompleted))
            {
                JobWatch.Tell(member.System, observer.Outcome.IsCompleted ? observer.Outcome.Result : new JobOutcome(0, false, null, "no worker of the job can go on"));
                processes.Stop();
            }

            member.End();
        }
    }

    private void Require(Job job, IReadOnlyList<string> devices)
    {
        job.RequireSameRun();
        if (launches && devices[0] == "cpu" && new JobNodes(job.Folder).Addresses().Count == 0)
        {
            MachineMemory.Require(job.PlannedBytes(), MachineMemory.AvailableBytes());
        }

        loaded.Write(job.Folder.Configuration);
    }

    private void Tell(IRunView view, JobMember member)
    {
        if (lead == Lead.Local)
        {
            view.Preparing("starting workers", null);
        }
        else if (lead == Lead.Machines)
        {
            view.Note($"waiting for {loaded.Settings.Parallel.Layout.World} workers to join {member.Address}");
        }
    }

    /// <summary>
    /// Ends the job in order; a seed of machines only leaves where another one is up, and its coordinators start there. A deputy always leaves: where there
    /// is no other one, the workers start one.
    /// </summary>
    private void Interrupted(ActorSystem system, IActorRef coordinator, TaskCompletionSource left)
    {
        if (lead == Lead.Deputy || (lead == Lead.Machines && JobWatch.OtherSeeds(system).Count > 0))
        {
            left.TrySetResult();
            return;
        }

        coordinator.Tell(new StopTraining(), ActorRefs.NoSender);
    }

    private JobOutcome? Wait(JobMember member, JobObserver observer, LocalProcesses processes, Task<IReadOnlyList<int>> workers, Task left)
    {
        var limit = loaded.Settings.Parallel.WorkersTimeout;
        if (lead != Lead.Deputy && Task.WaitAny([observer.Begun, observer.Outcome, workers, member.System.WhenTerminated, left], limit) < 0)
        {
            throw new NodeException(
                ExitCodes.Cluster,
                $"{loaded.Settings.Parallel.Layout} needs {loaded.Settings.Parallel.Layout.World} workers, and too few have joined {member.Address} within {limit} (meditron.parallel.workers-timeout)"
                + (observer.LastRefusal is { } last ? $"; the last one refused was {last}." : ". Start them with akka.cluster.seed-nodes naming that address, or raise the time."));
        }

        if (launches)
        {
            // Not before the first step: until then the processors have enough to do.
            processes.StartDeputy(member);
        }

        Task.WaitAny(observer.Outcome, workers, member.System.WhenTerminated, left);
        if (observer.Outcome.IsCompleted)
        {
            return observer.Outcome.Result;
        }

        if (left.IsCompleted)
        {
            return null;
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
}
