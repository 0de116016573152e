using Meditron.Cli.Nodes;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>
/// A launcher's place in the job's cluster. It is taken anew whenever it is lost, by a partition or the end of all seeds, while the launcher goes on: the
/// machine's workers need it longer than any one membership.
/// </summary>
internal sealed class LauncherMembership : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly LoadedSettings loaded;
    private readonly RunFolder folder;
    private readonly IActorRef launcher;
    private readonly TimeSpan backoff;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread? thread;

    /// <summary>Begins to join, where the configuration names a cluster.</summary>
    /// <param name="loaded">The node's configuration.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="launcher">The launcher, of a system of its own.</param>
    /// <param name="backoff">Wait before another attempt after one that failed.</param>
    public LauncherMembership(LoadedSettings loaded, RunFolder folder, IActorRef launcher, TimeSpan backoff)
    {
        this.loaded = loaded;
        this.folder = folder;
        this.launcher = launcher;
        this.backoff = backoff;
        if (loaded.Config.GetStringList("akka.cluster.seed-nodes", []).Count > 0)
        {
            thread = new Thread(Keep) { IsBackground = true, Name = "membership" };
            thread.Start();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Set();
        thread?.Join();
        stop.Dispose();
    }

    private void Keep()
    {
        while (!stop.IsSet)
        {
            try
            {
                using var member = JobMember.Start(loaded, NodeRoles.Launcher, folder);
                TrainingNode.StartAgent(member.System, TrainingNode.Proxies(member.System).Coordinator, launcher, JobMember.HostOf(loaded.Config), loaded.Settings.Recovery);
                member.Join(alone: false);
                WaitHandle.WaitAny([stop.WaitHandle, ((IAsyncResult)member.System.WhenTerminated).AsyncWaitHandle]);
                if (!stop.IsSet)
                {
                    Serilog.Log.Warning("This machine is no member of the job's cluster any more ({Why}); it joins again.", member.Failure()?.Message ?? "its actor system has ended");
                }

                member.End();
            }
            catch (Exception exception) when (exception is NodeException or ConfigurationException)
            {
                Serilog.Log.Warning("This machine cannot join the job's cluster: {Why}", exception.Message);
                stop.Wait(backoff);
            }
        }
    }
}
