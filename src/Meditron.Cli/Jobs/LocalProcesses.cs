using Meditron.Torch;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Keeps the processes of a job on this machine running, from whichever of its seeds leads: the workers, and a second seed.</summary>
internal sealed class LocalProcesses(LoadedSettings loaded, Job job, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(2);

    // A seed that is killed again and again is started again all the same: it costs little, and the job rests on it.
    private static readonly TimeSpan DeputyMinBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DeputyMaxBackoff = TimeSpan.FromSeconds(2);

    private readonly List<(ActorSystem System, ActorSelection Actor)> kept = [];
    private readonly ForkServer? server = loaded.Settings.Recovery.ForkServer ? ForkServer.Create(Path.Combine(job.Folder.Logs, "forkserver.log")) : null;

    /// <summary>The devices by worker.</summary>
    /// <exception cref="ConfigurationException">There are more workers than devices.</exception>
    public static IReadOnlyList<string> Devices(MeditronSettings settings) =>
        DevicePlan.Assign(settings.Device, settings.Device == "cpu" ? 0 : torch.cuda.device_count(), settings.Parallel);

    /// <summary>Starts to keep the workers running, once this seed leads.</summary>
    /// <param name="member">This seed.</param>
    /// <param name="coordinator">A proxy of the training coordinator.</param>
    /// <param name="note">Told of a worker that is given up.</param>
    /// <param name="ended">Told the exit codes once no worker is started again.</param>
    public void StartWorkers(JobMember member, IActorRef coordinator, Action<string> note, Action<IReadOnlyList<int>> ended)
    {
        var settings = loaded.Settings;
        var nodes = new JobNodes(job.Folder);
        var processes = new WorkerProcesses(
            job.Folder,
            WorkerSlot.Local,
            DeputyProcesses.Role,
            job.Folder.Configuration,
            () =>
            [
                "-c", $"akka.cluster.seed-nodes=[{string.Join(",", nodes.Addresses().Prepend(member.Address).Distinct(StringComparer.Ordinal).Select(address => $"\"{address}\""))}]",
                "-c", "akka.remote.dot-netty.tcp.port=0", "-c", "meditron.cmd.port=0", .. WorkerThreads.Overrides(settings.Threads, settings.Parallel.Layout.World),
            ],
            Devices(settings),
            job.Folder.Logs,
            time,
            server);
        var options = new NodeLauncherOptions
        {
            Workers = settings.Parallel.Layout.World,
            Standbys = settings.Parallel.Standbys,
            MinBackoff = settings.Recovery.RestartMinBackoff,
            MaxBackoff = settings.Recovery.RestartMaxBackoff,
            Final = WorkerProcesses.FinalCodes,
            GivenUp = note,
            RestartsMax = settings.Recovery.RestartsMax,
            RestartsWindow = settings.Recovery.RestartsWindow,
            StopTimeout = settings.Recovery.DrainTimeout + StopMargin,
        };
        kept.Add((member.System, TrainingNode.StartLauncherOfSeeds(member.System, coordinator, options, processes, time, ended)));
    }

    /// <summary>Starts to keep a second seed running, once this one leads.</summary>
    public void StartDeputy(JobMember member)
    {
        var options = new NodeLauncherOptions { Workers = 1, Standbys = 0, MinBackoff = DeputyMinBackoff, MaxBackoff = DeputyMaxBackoff, Final = WorkerProcesses.FinalCodes };
        kept.Add((member.System, TrainingNode.StartSeedKeeper(member.System, options, new DeputyProcesses(job.Folder), time)));
    }

    /// <summary>Ends all processes that are kept running from here, and waits until they have ended.</summary>
    public void Stop()
    {
        foreach (var (_, selection) in kept.Where(each => !each.System.WhenTerminated.IsCompleted))
        {
            try
            {
                var actor = selection.ResolveOne(FindTimeout).GetAwaiter().GetResult();
                actor.Ask<WorkersStopped>(new StopWorkers(), StopTimeout).Wait(StopTimeout);
            }
            catch (ActorNotFoundException)
            {
                // Another seed keeps them running.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => server?.Dispose();
}
