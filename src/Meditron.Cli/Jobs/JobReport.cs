using Meditron.Cli.Charts;
using Meditron.Cli.Live;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Leads a job under a view, and says at the end what came of it.</summary>
internal static class JobReport
{
    /// <summary>Runs the job.</summary>
    /// <param name="loaded">Its configuration.</param>
    /// <param name="launches">Whether this process starts the workers; else they join from other machines.</param>
    /// <param name="context">Console, clock and interruption.</param>
    /// <returns>The exit code.</returns>
    public static int Run(LoadedSettings loaded, bool launches, CliContext context)
    {
        var history = new RunHistory();
        var (outcome, job, header) = RunViews.Show(context, history, view => new ClusterRun(loaded, launches, context).Run(view, history));
        using (job)
        {
            if (outcome.Error is not null && outcome.Checkpoint is null)
            {
                Console.Error.WriteLine($"meditron: {outcome.Error}; see {job.Folder.Events} and {job.Folder.Logs}.");
                return Code(outcome.Cause);
            }

            var chart = new LossChart { Title = $"{loaded.Settings.Run.Name}: loss by step" };
            File.WriteAllText(job.Folder.LossChart, chart.Draw(MetricsReports.Read(job.Folder, loaded.Settings.Training.Steps, context.Time)));
            context.WriteLine("");
            if (history.Last is not null)
            {
                context.WriteFacts(RunFacts.Of(header, history, [("checkpoint", outcome.Checkpoint ?? "NONE: it could not be written"), ("loss curve", job.Folder.LossChart), ("metrics", job.Folder.Metrics)]));
            }

            if (outcome.Cause != JobEndCause.InOrder)
            {
                Console.Error.WriteLine($"meditron: {outcome.Error}; see {job.Folder.Events}.");
                return Code(outcome.Cause);
            }

            if (outcome.Stopped)
            {
                context.WriteLine("");
                context.WriteLine($"Interrupted after step {outcome.Step} of {loaded.Settings.Training.Steps}. The same command goes on from there.");
            }

            return outcome.Checkpoint is null && outcome.Stopped ? ExitCodes.InputOutput : ExitCodes.Ok;
        }
    }

    private static int Code(JobEndCause cause) => cause switch
    {
        JobEndCause.Diverged => ExitCodes.Diverged,
        JobEndCause.TooFewWorkers => ExitCodes.TooFewWorkers,
        _ => ExitCodes.Cluster,
    };
}
