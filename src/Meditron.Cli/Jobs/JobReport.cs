using Meditron.Cli.Charts;
using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Leads or follows a job under a view, and says at the end what came of it.</summary>
internal static class JobReport
{
    /// <summary>Runs the job.</summary>
    /// <param name="loaded">Its configuration.</param>
    /// <param name="lead">As what this process leads it.</param>
    /// <param name="context">Console, clock and interruption.</param>
    /// <returns>The exit code.</returns>
    public static int Run(LoadedSettings loaded, Lead lead, CliContext context)
    {
        var folder = new RunFolder(Path.GetFullPath(loaded.Settings.Run.Path));
        if (lead == Lead.Local && JobFollower.IsLed(folder))
        {
            RequireSame(loaded, folder);
            return Follow(loaded, context);
        }

        var history = new RunHistory();
        var (outcome, header) = RunViews.Show(context, history, view =>
        {
            try
            {
                var (outcome, job, header) = new ClusterRun(loaded, lead, context).Run(view, history);
                job.Dispose();
                return (outcome, header);
            }
            catch (NodeException e) when (lead == Lead.Local && JobFollower.IsLed(folder))
            {
                view.Note($"this process leads the job no more ({e.Message}); another one has taken over");
                return new JobFollower(loaded, context).Run(view, history);
            }
        });
        return Report(loaded, folder, outcome ?? new JobOutcome(0, false, null, null), header, history, context);
    }

    /// <summary>Shows a job that runs in the background until it ends.</summary>
    /// <param name="loaded">Its configuration.</param>
    /// <param name="context">Console, clock and interruption.</param>
    /// <returns>The exit code.</returns>
    public static int Follow(LoadedSettings loaded, CliContext context)
    {
        var history = new RunHistory();
        var (outcome, header) = RunViews.Show(context, history, view => new JobFollower(loaded, context).Run(view, history));
        return Report(loaded, new RunFolder(Path.GetFullPath(loaded.Settings.Run.Path)), outcome, header, history, context);
    }

    /// <summary>A command that means another job than the one that runs must not become its spectator.</summary>
    private static void RequireSame(LoadedSettings loaded, RunFolder folder)
    {
        if (File.Exists(folder.Configuration) && File.ReadAllText(folder.Configuration) != loaded.ToHocon())
        {
            throw new ConfigurationException(
                $"The run {loaded.Settings.Run.Name} is running with another configuration, {folder.Configuration}. 'meditron attach --run {loaded.Settings.Run.Path}' shows it; "
                + $"'meditron stop --run {loaded.Settings.Run.Path}' ends it with a checkpoint, from which this configuration can go on.");
        }
    }

    private static int Report(LoadedSettings loaded, RunFolder folder, JobOutcome outcome, RunHeader header, RunHistory history, CliContext context)
    {
        if (outcome.Error is not null && outcome.Checkpoint is null)
        {
            Console.Error.WriteLine($"meditron: {outcome.Error}; see {folder.Events} and {folder.Logs}.");
            return Code(outcome.Cause);
        }

        var chart = new LossChart { Title = $"{loaded.Settings.Run.Name}: loss by step" };
        File.WriteAllText(folder.LossChart, chart.Draw(MetricsReports.Read(folder, loaded.Settings.Training.Steps, context.Time)));
        context.WriteLine("");
        if (history.Last is not null)
        {
            context.WriteFacts(RunFacts.Of(header, history, [("checkpoint", outcome.Checkpoint ?? "NONE: it could not be written"), ("loss curve", folder.LossChart), ("metrics", folder.Metrics)]));
        }

        if (outcome.Cause != JobEndCause.InOrder)
        {
            Console.Error.WriteLine($"meditron: {outcome.Error}; see {folder.Events}.");
            return Code(outcome.Cause);
        }

        if (outcome.Stopped)
        {
            context.WriteLine("");
            context.WriteLine($"Interrupted after step {outcome.Step} of {loaded.Settings.Training.Steps}. The same command goes on from there.");
        }

        return outcome.Checkpoint is null && outcome.Stopped ? ExitCodes.InputOutput : ExitCodes.Ok;
    }

    private static int Code(JobEndCause cause) => cause switch
    {
        JobEndCause.Diverged => ExitCodes.Diverged,
        JobEndCause.TooFewWorkers => ExitCodes.TooFewWorkers,
        _ => ExitCodes.Cluster,
    };
}
