using Meditron.Cli.Live;
using Meditron.Training;
using Spectre.Console;

namespace Meditron.Cli.Tests.Live;

public class LiveTests
{
    private static readonly RunHeader Header = new("demo", "tiny, 5.0 M parameters", "cpu, 2 threads, fp32", 100, 200);

    private static RunHistory History(IEnumerable<StepReport> reports)
    {
        var history = new RunHistory();
        foreach (var report in reports)
        {
            history.Add(report);
        }

        return history;
    }

    [Fact]
    public void A_sparkline_spans_the_range_in_the_width_given()
    {
        Assert.Equal("▁▂▃▄▅▆▇█", Sparkline.Draw([1, 2, 3, 4, 5, 6, 7, 8], 8));
        Assert.Equal("▁█", Sparkline.Draw([1, 1, 1, 5, 5, 5], 2));
        Assert.Equal("▁▁▁", Sparkline.Draw([2, 2, 2], 10));
        Assert.Equal("▁█", Sparkline.Draw([1, double.NaN, 2], 10));
        Assert.Equal("", Sparkline.Draw([], 10));
        Assert.Equal(40, Sparkline.Draw([.. Enumerable.Range(0, 1000).Select(i => (double)i)], 40).Length);
    }

    [Fact]
    public void The_history_knows_the_best_validation_the_skips_and_the_time_left()
    {
        var history = History([Reports.At(11, 5, 5.5), Reports.At(12, double.NaN, skipped: true), Reports.At(13, 4.5, 5.1), Reports.At(14, 4.4, 5.3)]);
        Assert.Equal((13, 14, 1), (history.BestValidation!.Step, history.LastValidation!.Step, history.Skipped));
        // Resumed at step 11: four steps took the 14 seconds that the last report tells, 86 are left.
        Assert.Equal(14 * 86 / 4.0, history.Remaining!.Value.TotalSeconds, 6);
        Assert.Equal(4.5, history.Median(report => report.Loss));
        Assert.Null(new RunHistory().Remaining);

        history.AddEarlier([Reports.At(9, 6, 5.0), Reports.At(10, 5.5)]);
        Assert.Equal((9, 6, 4.5), (history.BestValidation!.Step, history.Reports.Count, history.Median(report => report.Loss)));
        Assert.Equal(14 * 86 / 4.0, history.Remaining!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Plain_lines_hold_every_figure()
    {
        var lines = new List<string>();
        var history = History([Reports.At(1, 8)]);
        var view = new PlainView(history, lines.Add);
        view.Preparing("tokenizing", 0.1);
        view.Preparing("tokenizing", 0.2);
        view.Begin(Header);
        view.Step(Reports.At(1, 8, 8.25));
        view.Step(Reports.At(2, double.PositiveInfinity, skipped: true));
        view.Note("saved checkpoint 2");
        Assert.Equal("tokenizing", lines[0]);
        Assert.Equal("run demo: tiny, 5.0 M parameters; cpu, 2 threads, fp32; 100 steps; GEMM peak 200 GFLOP/s", lines[1]);
        Assert.Equal("step 1/100  loss 8.0000  validation 8.2500  lr 1.00e-03  grad 1.250  4001 tokens/s  30% of peak  elapsed 1.0 s  eta 1:39", lines[2]);
        Assert.EndsWith("SKIPPED: gradient not finite", lines[3]);
        Assert.Equal("saved checkpoint 2", lines[4]);
    }

    [Fact]
    public void The_live_picture_shows_bar_losses_speed_and_notes()
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 100;
        var pictures = 0;
        var history = History([.. Reports.Run(50).Select(report => report with { TotalSteps = 100 }), Reports.At(51, 3.5, skipped: true)]);
        var view = new LiveView(history, console, TimeProvider.System, _ => pictures++);
        view.Preparing("tokenizing", 0.25);
        console.Write(view.Build());
        Assert.Contains("tokenizing: 25%", writer.ToString());
        view.Begin(Header);
        view.Note("saved [checkpoint] 50");
        console.Write(view.Build());
        var text = writer.ToString();
        Assert.Equal(3, pictures);
        foreach (var part in new[] { "demo", "tiny, 5.0 M parameters", "51%  step 51/100", "━━", "loss", "3.5000", "▁", "validation", "the best so far", "tokens/s", "30% of this machine's GEMM peak (200)", "1.00e-03", "skipped", "1 step: the gradient was not finite", "saved [checkpoint] 50" })
        {
            Assert.Contains(part, text);
        }

        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 100, line));
    }

    [Fact]
    public void The_live_view_is_redrawn_at_most_ten_times_a_second_but_never_misses_the_end()
    {
        var time = new FixedTime();
        var pictures = 0;
        var history = History(Reports.Run(100));
        var view = new LiveView(history, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(new StringWriter()) }), time, _ => pictures++);
        for (var step = 1; step <= 99; step++)
        {
            view.Step(Reports.At(step, 3));
        }

        Assert.Equal(1, pictures);
        time.Now += TimeSpan.FromMilliseconds(150);
        view.Step(Reports.At(99, 3));
        view.Step(Reports.At(100, 3));
        Assert.Equal(3, pictures);
    }

    [Fact]
    public void The_summary_gives_losses_speed_and_files()
    {
        var facts = RunFacts.Of(Header, History(Reports.Run(100)), [("chart", "loss.svg")]).ToDictionary();
        Assert.Equal("100 of 100", facts["steps"]);
        Assert.Equal("8.0000 at step 1, 3.5000 at step 100", facts["training loss"]);
        Assert.Equal("3.7000 at step 100, best 3.7000 at step 100 (perplexity 40.4)", facts["validation loss"]);
        Assert.Equal("204,800, 4,050 a second", facts["tokens"]);
        Assert.Equal("60 GFLOP/s, 30% of the machine's GEMM peak of 200", facts["speed"]);
        Assert.Equal("loss.svg", facts["chart"]);
        Assert.Equal("none", RunFacts.Of(Header, new RunHistory(), []).Single().Value);
    }

    private sealed class FixedTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
