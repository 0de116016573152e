using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Training;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Shows a job that runs in the background, from what it writes into its folder, until it ends; Ctrl-C ends the job in order.</summary>
/// <param name="loaded">The job's configuration.</param>
/// <param name="context">Console, clock and interruption.</param>
internal sealed class JobFollower(LoadedSettings loaded, CliContext context)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan StopPause = TimeSpan.FromSeconds(1);

    private readonly RunFolder folder = new(Path.GetFullPath(loaded.Settings.Run.Path));
    private RunEvent? last;
    private int shown;

    /// <summary>Whether a process of this machine leads the job now.</summary>
    public static bool IsLed(RunFolder folder) => new JobNodes(folder).List().Any(node => node.Leads && node.IsAlive == true && node.Process != Environment.ProcessId && (node.Role == "seed" || node.Address is not null));

    /// <summary>Follows the job to its end.</summary>
    /// <returns>How it ended, and its header.</returns>
    /// <exception cref="NodeException">All of its processes are gone, and it has not ended.</exception>
    public (JobOutcome Outcome, RunHeader Header) Run(IRunView view, RunHistory history)
    {
        var settings = loaded.Settings;
        var header = new RunHeader(
            settings.Run.Name,
            settings.Model.From.Length > 0 ? settings.Model.From : settings.Model.Preset,
            $"{settings.Parallel.Layout}, {settings.Parallel.Layout.World} workers, {KeyNames.ToKey(settings.Precision.ToString())}",
            settings.Training.Steps,
            null);
        var earlier = MetricsReports.Read(folder, settings.Training.Steps, context.Time);
        shown = earlier.Count > 0 ? earlier[^1].Step : 0;
        history.AddEarlier(earlier);
        view.Begin(header);
        view.Note($"step {shown}: attached to the job, which runs in the background; Ctrl-C ends it with a checkpoint");
        Follow(view);
        return (Outcome(), header);
    }

    private void Follow(IRunView view)
    {
        var nodes = new JobNodes(folder);
        var metrics = new LineTail(folder.Metrics);
        var events = new LineTail(folder.Events);
        using var pause = new ManualResetEventSlim();
        var begin = context.Time.GetTimestamp();
        events.SkipToEnd();
        var isStopping = false;
        for (var isRunning = true; isRunning;)
        {
            // Looked at before the files, so that the last lines are read as well.
            isRunning = nodes.List().Any(node => node.IsAlive == true);
            foreach (var line in metrics.Read().Select(RunLog.ParseMetrics).OfType<MetricsLine>().Where(line => line.Step > shown))
            {
                shown = line.Step;
                view.Step(new StepReport(
                    line.Step, loaded.Settings.Training.Steps, line.Loss, line.ValidationLoss, line.LearningRate, line.GradNorm, line.Skipped, line.Tokens, line.TokensPerSecond, line.Gflops, context.Time.GetElapsedTime(begin)));
            }

            foreach (var happened in events.Read().Select(RunLog.ParseEvent).OfType<RunEvent>())
            {
                last = happened.Event is "end" or "failed" ? happened : last;
                if (happened.Event is not ("skipped-step" or "end"))
                {
                    view.Note($"step {happened.Step}: {happened.Event}, {happened.Detail}");
                }
            }

            if (context.Cancellation.IsCancellationRequested && !isStopping)
            {
                isStopping = true;
                new Thread(() => Stop(view, nodes)) { IsBackground = true, Name = "stop" }.Start();
            }

            pause.Wait(Pause, CancellationToken.None);
        }
    }

    /// <summary>Tells the job to stop, again and again: it may have nobody who leads it at this moment.</summary>
    private void Stop(IRunView view, JobNodes nodes)
    {
        var run = new RunLocation(folder, loaded.Config.GetString("akka.remote.secret", "") is { Length: > 0 } secret ? secret : null);
        using var pause = new ManualResetEventSlim();
        while (nodes.List() is { Count: > 0 } living
            && new JobClient(run, context.WithoutInterruption()).Run("stop", view.Note, living).GetAwaiter().GetResult() is { } problem)
        {
            view.Note($"the job could not be told to stop, which is tried again: {problem}");
            pause.Wait(StopPause, CancellationToken.None);
        }
    }

    private JobOutcome Outcome()
    {
        var newest = new CheckpointStore(folder.Checkpoints).List() is [.., var entry] ? entry : null;
        return last?.Event switch
        {
            "end" => new JobOutcome(last.Step, last.Detail == "interrupted", newest?.Path, null),
            "failed" => new JobOutcome(last.Step, false, null, last.Detail),
            _ => throw new NodeException(
                ExitCodes.Cluster,
                $"all processes of the job on this machine have ended without its end: the last step was {shown}. {folder.Logs} may say why; the same command goes on from {newest?.Path ?? "the beginning"}."),
        };
    }
}
