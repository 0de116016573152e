using Meditron.Cli.Nodes;
using Meditron.Torch;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Keeps the worker processes of one machine running; in the job's cluster, which they join, it stands for the machine and holds state in memory.</summary>
internal sealed class LauncherProgram(LoadedSettings loaded, CliContext context)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Runs until all workers have ended for good, or a signal ends it.</summary>
    /// <returns>The exit code: that of a worker that could not go on, else 0.</returns>
    /// <exception cref="ConfigurationException">There are more workers than devices.</exception>
    public int Run()
    {
        var settings = NodeSettings.Read(loaded.Config.WithFallback(NodeSettings.Defaults));
        var gpus = torch.cuda.device_count();
        var workers = settings.Workers > 0 ? settings.Workers : loaded.Settings.Device == "cpu" ? 1 : Math.Max(1, gpus);
        var devices = DevicePlan.Assign(loaded.Settings.Device, gpus, workers + settings.Standbys, $"meditron.node asks for {workers} workers and {settings.Standbys} standbys");
        var folder = new RunFolder(Path.GetFullPath(loaded.Settings.Run.Path));
        Directory.CreateDirectory(folder.Nodes);
        var machine = $"{Environment.MachineName}-{loaded.Config.GetString("akka.remote.dot-netty.tcp.hostname", "127.0.0.1")}";
        var configuration = Path.Combine(folder.Nodes, $"{machine}.conf");
        if (!File.Exists(configuration) || File.ReadAllText(configuration) != loaded.ToHocon())
        {
            loaded.Write(configuration);
        }

        string[] further = ["-c", "akka.remote.dot-netty.tcp.port=0", "-c", "meditron.cmd.port=0", .. WorkerThreads.Overrides(loaded.Settings.Threads, workers)];
        var logs = Path.Combine(folder.Logs, machine);
        using var server = loaded.Settings.Recovery.ForkServer ? ForkServer.Create(Path.Combine(logs, "forkserver.log")) : null;
        var processes = new WorkerProcesses(folder, machine, "launcher", configuration, () => further, devices, logs, context.Time, server);
        using var listed = new JobNodes(folder).Add(JobNode.Self("launcher", null, null, machine));
        using var logging = LocalSystem.LogTo(null);
        using var system = ActorSystem.Create("launcher", ConfigurationFactory.ParseString(
            """
            akka { loglevel = INFO, stdout-loglevel = WARNING, loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"], actor.provider = local }
            """));
        var ended = new TaskCompletionSource<IReadOnlyList<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new NodeLauncherOptions { Workers = workers, Standbys = settings.Standbys, MinBackoff = loaded.Settings.Recovery.RestartMinBackoff, MaxBackoff = loaded.Settings.Recovery.RestartMaxBackoff, Final = WorkerProcesses.FinalCodes, RestartsMax = loaded.Settings.Recovery.RestartsMax, RestartsWindow = loaded.Settings.Recovery.RestartsWindow, StopTimeout = loaded.Settings.Recovery.DrainTimeout + Margin };
        var launcher = TrainingNode.StartLauncher(system, null, options, processes, context.Time, codes => ended.TrySetResult(codes));
        using var membership = new LauncherMembership(loaded, folder, launcher, loaded.Settings.Recovery.RestartMaxBackoff);
        using var interruption = context.Cancellation.Register(() => ended.TrySetResult([]));
        var codes = ended.Task.GetAwaiter().GetResult();

        // A job that is over ends its workers itself, this ends those that are left.
        var stopping = options.StopTimeout + Margin;
        launcher.Ask<WorkersStopped>(new StopWorkers(), stopping).Wait(stopping);
        system.Terminate().Wait(Margin);
        if (codes.FirstOrDefault(code => code != ExitCodes.Ok) is var code and not ExitCodes.Ok)
        {
            throw new NodeException(code, $"no worker of this machine can go on (exit codes {string.Join(", ", codes)}): the logs in {logs} say why.");
        }

        return ExitCodes.Ok;
    }
}
