using System.CommandLine;
using Meditron.Cli.Charts;
using Meditron.Cli.Jobs;
using Meditron.Cli.Live;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron train</c>: one run on this machine, from start or resume to the last step.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("train", "Train a model; a run that was stopped goes on from its newest checkpoint, one that runs in the background is shown again. Ctrl-C saves a checkpoint and ends.");
        var options = new ConfigOptions(command);
        var name = new Option<string?>("--name") { Description = "Name of the run: meditron.run.name.", HelpName = "NAME" };
        var noPeak = new Option<bool>("--no-peak") { Description = "Do not measure the machine's peak first." };
        command.Options.Add(name);
        command.Options.Add(noPeak);
        command.OnRun(
            (parsed, context) =>
            {
                var given = parsed.GetValue(name);
                var loaded = options.Load(parsed, given is null ? [] : [$"meditron.run.name={given}"]);
                var parallel = loaded.Settings.Parallel;
                return parallel.Layout.World > 1 || parallel.Standbys > 0 ? JobReport.Run(loaded, Lead.Local, context) : Run(loaded, !parsed.GetValue(noPeak), context);
            },
            "stopping after this step and saving a checkpoint");
        return command;
    }

    private static int Run(LoadedSettings loaded, bool measurePeak, CliContext context)
    {
        var history = new RunHistory();
        var (observer, summary) = RunViews.Show(context, history, view =>
        {
            using var observer = new TrainingObserver(view, history, loaded.Settings, measurePeak, context.Time);
            return (observer, new TrainingRun(loaded, observer, context.Time).Run(context.Cancellation));
        });
        var files = new List<(string, string)>();
        if (summary.UnigramEntropy is { } entropy)
        {
            files.Add(("unigram entropy", $"{Quantity.Fixed(entropy)}{(summary.ValidationLoss is { } loss ? loss < entropy ? ", beaten by the validation loss" : ", not beaten by the validation loss yet" : "")}"));
        }

        files.Add(("checkpoint", summary.Checkpoint ?? "NONE: it could not be written"));
        WriteChart(loaded.Settings, summary, context);
        files.Add(("loss curve", summary.Folder.LossChart));
        files.Add(("metrics", summary.Folder.Metrics));
        context.WriteLine("");
        context.WriteFacts(RunFacts.Of(observer.Header!, history, files));
        if (summary.Interrupted)
        {
            context.WriteLine("");
            context.WriteLine($"Interrupted after step {summary.Step} of {loaded.Settings.Training.Steps}. The same command goes on from there.");
        }

        if (summary.FailedCheckpoints > 0)
        {
            Console.Error.WriteLine($"meditron: {summary.FailedCheckpoints} checkpoint{(summary.FailedCheckpoints == 1 ? "" : "s")} could not be written; see {summary.Folder.Events}. Free space on the disk of {summary.Folder.Checkpoints}.");
        }

        if (summary.UnwrittenLines > 0)
        {
            Console.Error.WriteLine($"meditron: {summary.UnwrittenLines} metrics and events could not be written to {summary.Folder.Path} and are lost. Free space on its disk.");
        }

        if (summary.Diverged is { } diverged)
        {
            Console.Error.WriteLine($"meditron: {diverged}; see {summary.Folder.Events}.");
            return ExitCodes.Diverged;
        }

        return summary.Checkpoint is null || summary.UnwrittenLines > 0 ? ExitCodes.InputOutput : ExitCodes.Ok;
    }

    /// <summary>Draws the curve of the whole run, earlier starts included.</summary>
    private static void WriteChart(MeditronSettings settings, RunSummary summary, CliContext context)
    {
        var chart = new LossChart
        {
            Title = $"{settings.Run.Name}: loss by step",
            Reference = summary.UnigramEntropy is { } entropy ? ("unigram entropy", entropy) : null,
        };
        File.WriteAllText(summary.Folder.LossChart, chart.Draw(MetricsReports.Read(summary.Folder, settings.Training.Steps, context.Time)));
    }
}
