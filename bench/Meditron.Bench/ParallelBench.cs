using System.Diagnostics;
using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Bench;

/// <summary>Whole training steps over processes of this machine, one a rank: tokens a second, and the share of a step in which each rank has nothing to do.</summary>
internal static class ParallelBench
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Starts a rank for each place of the layout, and prints one row.</summary>
    public static int Run(string[] args)
    {
        var flags = new Flags(args);
        return Members.Run("parallel", RankMeeting.Layout(flags).World, args, texts =>
        {
            var rows = texts.Select(text => JsonSerializer.Deserialize<Row>(text)!).ToList();
            var seconds = rows[0].Seconds;
            var options = BenchModel.Options(flags, 1);
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                layout = RankMeeting.Layout(flags).ToString(),
                tokens_per_s = Math.Round(options.TokensPerStep / seconds, 1),
                step_ms = Math.Round(seconds * 1e3, 2),
                gflops = Math.Round(options.TokensPerStep / seconds * BenchModel.Model(flags).FlopsPerToken(options.SequenceLength) / 1e9, 1),
                parameters = BenchModel.Model(flags).ParameterCount,
                dtype = flags.Text("dtype", "fp32"),
                idle = Math.Round(rows.Average(row => row.Idle), 4),
                idle_by_rank = rows.Select(row => Math.Round(row.Idle, 4)),
                wait_ms_by_rank = rows.Select(row => Math.Round(row.Wait * 1e3, 2)),
                bubble = Math.Round(PipelineSchedule.Bubble(RankMeeting.Layout(flags).Pipeline, options.MicroBatches / RankMeeting.Layout(flags).Data), 4),
                weights = flags.Text("weights", "") is { Length: > 0 } path ? WeightFile.HashAndDelete(path) : null,
                save_ms_by_rank = rows.Select(row => Math.Round(row.Save * 1e3, 3)),
            }));
        });
    }

    /// <summary>One rank.</summary>
    public static int Member(string[] args)
    {
        var flags = new Flags(args);
        int rank = flags.Int("rank", 0), steps = flags.Int("steps", 6), warm = flags.Int("warm", 2);
        torch.set_num_threads(flags.Int("threads", 1));
        var layout = RankMeeting.Layout(flags);
        var geometry = new StageGeometry(BenchModel.Model(flags), BenchModel.Options(flags, steps + warm), layout);
        using var meeting = new RankMeeting(flags, layout, rank, Deadline);
        var groups = meeting.Groups;
        var samples = new RandomSamples(geometry.Model.VocabularySize, geometry.Options.SequenceLength, 0);
        var options = new RankOptions { Schedule = Enum.Parse<PipelineScheduleKind>(flags.Text("schedule", nameof(PipelineScheduleKind.OneForwardOneBackward))), Timeout = Deadline };
        using var trainer = new RankTrainer(geometry, rank, groups, options, new SampleMicroBatches(samples), null, new FusedKernels(), Device.CPU, TimeProvider.System);
        using var saver = flags.Int("save-every", 0) is var every and > 0 ? new ShardSaver(trainer.State, flags.Text("folder", Path.GetTempPath()), every, rank, layout.World) : null;
        for (var step = 0; step < warm; step++)
        {
            trainer.TrainStep();
        }

        groups.World?.barrier();
        var (seconds, idle, wait, save) = (new double[steps], new double[steps], new double[steps], new List<double>());
        for (var step = 0; step < steps; step++)
        {
            var begin = Stopwatch.GetTimestamp();
            trainer.TrainStep();
            if (saver?.IsDue(trainer.Step) == true)
            {
                save.Add(saver.Save(trainer.Step));
            }

            seconds[step] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            idle[step] = trainer.IdleShare;
            wait[step] = trainer.WaitSeconds;
        }

        groups.World?.barrier();
        if (flags.Text("weights", "") is { Length: > 0 } path)
        {
            WeightFile.Write(path, trainer.State, geometry.Model);
        }

        Console.WriteLine(JsonSerializer.Serialize(new Row(
            flags.Text("average", "median") == "mean" ? seconds.Average() : Median(seconds), Median(idle), Median(wait), save.Count == 0 ? 0 : Median([.. save]))));
        return 0;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    /// <summary>What one rank measured: medians over its steps, in seconds but for the idle share.</summary>
    private sealed record Row(double Seconds, double Idle, double Wait, double Save);
}
