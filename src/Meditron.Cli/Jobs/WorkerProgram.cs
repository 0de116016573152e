using Meditron.Cli.Nodes;
using Meditron.Torch;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Runs one worker process: it joins the cluster of its seeds and computes for the job that its configuration describes.</summary>
/// <param name="loaded">The configuration.</param>
/// <param name="standby">Whether it waits for another's place.</param>
/// <param name="launched">How a launcher has started it; null where it was started by hand.</param>
/// <param name="context">Console, clock and interruption.</param>
internal sealed class WorkerProgram(LoadedSettings loaded, bool standby, WorkerLaunch? launched, CliContext context)
{
    /// <summary>Runs until the job is over, or the cluster or a signal ends it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="NodeException">It could not join, was refused, was removed, has lost its coordinator, or another process has its slot.</exception>
    public int Run()
    {
        if (launched is null)
        {
            return Compute();
        }

        loaded.Settings.Data.RequireInputs();
        var folder = new RunFolder(Path.GetFullPath(loaded.Settings.Run.Path));
        using var slot = WorkerSlot.Take(folder, launched.Slot, context);
        using var watch = new KeeperWatch(folder, launched.Slot, launched.KeptBy, launched.Configuration, context.Time, Console.Error.WriteLine);
        try
        {
            var code = Compute();
            slot.Leave(code);
            return code;
        }
        catch (Exception e)
        {
            slot.Leave(Failure.From(e).Code);
            throw;
        }
    }

    private int Compute()
    {
        using var logging = LocalSystem.LogTo(null);
        using var job = Job.Open(loaded, progress => { }, context.Time, context.Cancellation);
        var device = Devices.Resolve(loaded.Settings.Device);
        var threads = loaded.Settings.Threads == 0 ? Environment.ProcessorCount : loaded.Settings.Threads;
        using var member = JobMember.Start(loaded, NodeRoles.Worker, job.Folder);
        using var ended = new ManualResetEventSlim();
        WorkerEnd? end = null;
        var coordinator = TrainingNode.StartWorker(member.System, job, Guid.NewGuid().ToString("N"), device, threads, standby, JobMember.HostOf(loaded.Config), why =>
        {
            end = why;
            ended.Set();
        });
        member.Serve(standby ? "standby" : "worker", coordinator, job, launched?.Slot);
        member.Join(alone: false);
        var drain = loaded.Settings.Recovery.DrainTimeout;
        using var registration = context.Cancellation.Register(() => TrainingNode.Leave(member.System, $"its process was told to end, and does so within {drain.TotalSeconds:0.#} s"));
        member.System.WhenTerminated.ContinueWith(_ => ended.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        WaitHandle.WaitAny([ended.WaitHandle, context.Cancellation.WaitHandle]);
        if (!ended.Wait(drain, CancellationToken.None))
        {
            Serilog.Log.Warning("Nobody has taken this worker's rank within {Timeout} (meditron.recovery.drain-timeout); it ends all the same.", drain);
        }

        member.End();
        return end switch
        {
            { Cause: WorkerEndCause.Refused } => throw new NodeException(ExitCodes.Configuration, $"the job refuses this worker: {end.Reason}. Start it with the job's configuration and build."),
            { Cause: WorkerEndCause.CoordinatorLost } => throw new NodeException(
                ExitCodes.Cluster, $"{end.Reason} (meditron.parallel.coordinator-timeout), so this worker ends. Start it again once a node with the role seed is up."),
            _ => member.Failure() is { } failure && end is null ? throw failure : ExitCodes.Ok,
        };
    }
}
