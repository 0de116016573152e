using Meditron.Cli.Nodes;
using Meditron.Torch;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Runs one worker process: it joins the cluster of its seeds and computes for the job that its configuration describes.</summary>
internal sealed class WorkerProgram(LoadedSettings loaded, bool standby, CliContext context)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Runs until the cluster or a signal ends it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="NodeException">It could not join, was refused, or was removed.</exception>
    public int Run()
    {
        using var logging = LocalSystem.LogTo(null);
        using var job = Job.Open(loaded, progress => { }, context.Time, context.Cancellation);
        var device = Devices.Resolve(loaded.Settings.Device);
        var threads = loaded.Settings.Threads == 0 ? Environment.ProcessorCount : loaded.Settings.Threads;
        using var system = LocalSystem.Create(NodeConfiguration.Create(loaded, NodeRoles.Worker, Path.Combine(job.Folder.Path, "journal.db")));
        using var ended = new ManualResetEventSlim();
        string? refusal = null;
        var host = loaded.Config.GetString("akka.remote.dot-netty.tcp.public-hostname", "") is { Length: > 0 } name
            ? name
            : loaded.Config.GetString("akka.remote.dot-netty.tcp.hostname", "127.0.0.1");
        TrainingNode.StartWorker(system, job, Guid.NewGuid().ToString("N"), device, threads, standby, host, reason =>
        {
            refusal = reason;
            ended.Set();
        });
        using var registration = context.Cancellation.Register(ended.Set);
        system.WhenTerminated.ContinueWith(_ => ended.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        ended.Wait(CancellationToken.None);
        var shutdown = CoordinatedShutdown.Get(system);
        if (!system.WhenTerminated.IsCompleted)
        {
            shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            system.WhenTerminated.Wait(shutdown.TotalTimeout + Margin);
        }

        if (refusal is not null)
        {
            throw new NodeException(ExitCodes.Configuration, $"the job refuses this worker: {refusal}. Start it with the job's configuration and build.");
        }

        return shutdown.ShutdownReason switch
        {
            CoordinatedShutdown.ClusterJoinUnsuccessfulReason => throw new NodeException(ExitCodes.Cluster, "the worker has not become a member of the cluster: no seed node has let it in. Check akka.cluster.seed-nodes and the secret."),
            CoordinatedShutdown.ClusterDowningReason => throw new NodeException(ExitCodes.Downed, "the worker was declared dead. Start it again, and it joins as a new one."),
            _ => ExitCodes.Ok,
        };
    }
}
