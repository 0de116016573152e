using Meditron.Training;
using Meditron.Training.Distributed.Protocol;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Meditron.Cli.Live;

/// <summary>Shows a run in place on a terminal: progress bar, losses with a sparkline, speed, share of the machine's peak, time left.</summary>
internal sealed class LiveView(RunHistory history, IAnsiConsole console, TimeProvider time, Action<IRenderable> draw) : IRunView
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Queue<string> notes = new();
    private readonly SortedDictionary<int, StepCompleted> steps = [];
    private IReadOnlyList<RankStatus> ranks = [];
    private RunHeader? header;
    private string waiting = "starting";
    private long lastDrawn;

    /// <inheritdoc/>
    public void Preparing(string what, double? share)
    {
        lock (gate)
        {
            waiting = share is { } done ? $"{what}: {100 * done:0}%" : what;
            Draw(always: false);
        }
    }

    /// <inheritdoc/>
    public void Begin(RunHeader header)
    {
        lock (gate)
        {
            this.header = header;
            waiting = "waiting for the first step";
            Draw(always: true);
        }
    }

    /// <inheritdoc/>
    public void Step(StepReport report)
    {
        lock (gate)
        {
            // A fast run makes more reports than a terminal needs.
            Draw(always: report.Step == report.TotalSteps || report.ValidationLoss is not null);
        }
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        lock (gate)
        {
            notes.Enqueue(text);
            while (notes.Count > 3)
            {
                notes.Dequeue();
            }

            Draw(always: true);
        }
    }

    /// <inheritdoc/>
    public void Ranks(IReadOnlyList<RankStatus> ranks)
    {
        lock (gate)
        {
            this.ranks = ranks;
            steps.Clear();
            Draw(always: true);
        }
    }

    /// <inheritdoc/>
    public void Rank(StepCompleted step)
    {
        lock (gate)
        {
            steps[step.Rank] = step;
            Draw(always: false);
        }
    }

    /// <summary>The picture of the run as it stands.</summary>
    public IRenderable Build()
    {
        var width = Math.Clamp(console.Profile.Width, 40, 120);
        var rows = new List<IRenderable>();
        if (header is not null)
        {
            rows.Add(new Rule($"[bold]{Markup.Escape(header.Name)}[/]") { Justification = Justify.Left, Style = Style.Parse("blue") });
            rows.Add(new Text($"{header.Model}; {header.Compute}", new Style(Color.Grey)));
        }

        if (header is not null && history.Last is { } last)
        {
            rows.Add(Bar(last, width));
            rows.Add(Figures(last, width));
        }
        else
        {
            rows.Add(new Text(waiting));
        }

        if (ranks.Count > 0)
        {
            rows.Add(RankTable());
        }

        rows.AddRange(notes.Select(note => new Text(note, new Style(Color.Grey))));
        return new Rows(rows);
    }

    private void Draw(bool always)
    {
        if (always || lastDrawn == 0 || time.GetElapsedTime(lastDrawn) >= Pause)
        {
            lastDrawn = time.GetTimestamp();
            draw(Build());
        }
    }

    private Table RankTable()
    {
        var table = new Table().Border(TableBorder.None).AddColumns("[grey]rank[/]", "[grey]stage[/]", "[grey]data[/]", "[grey]tensor[/]", "[grey]process[/]", "[grey]step[/]", "[grey]computing[/]", "[grey]waiting[/]");
        foreach (var rank in ranks)
        {
            var step = steps.GetValueOrDefault(rank.Rank);
            table.AddRow(
                Number(rank.Rank),
                Number(rank.Stage),
                Number(rank.Data),
                Number(rank.Tensor),
                $"{Markup.Escape(rank.Worker.Host)}/{rank.Worker.ProcessId}",
                step is null ? "" : Number(step.Step),
                step is null ? "" : $"{Quantity.Fixed(step.ComputeSeconds, 3)} s",
                step is null ? "" : $"{Quantity.Fixed(Math.Max(0, step.Seconds - step.ComputeSeconds), 3)} s");
        }

        return table;

        static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private Markup Bar(StepReport last, int width)
    {
        var share = (double)last.Step / Math.Max(1, last.TotalSteps);
        var end = $" {100 * share,3:0}%  step {last.Step}/{last.TotalSteps}  {Quantity.Time(last.Elapsed)}, {Quantity.Time(history.Remaining ?? TimeSpan.Zero)} left";
        var cells = Math.Max(10, width - end.Length);
        var full = Math.Clamp((int)(share * cells), 0, cells);
        return new Markup($"[green]{new string('━', full)}[/][grey]{new string('━', cells - full)}[/]{Markup.Escape(end)}");
    }

    private Grid Figures(StepReport last, int width)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        var losses = history.Reports.Select(report => report.Loss).ToArray();
        Add("loss", $"[bold]{Quantity.Fixed(last.Loss)}[/]  [yellow]{Sparkline.Draw(losses, Math.Max(10, width - 30))}[/]");
        if (history.LastValidation is { } validation)
        {
            var best = history.BestValidation!;
            Add("validation", $"[bold]{Quantity.Fixed(validation.ValidationLoss!.Value)}[/] at step {validation.Step}{(best.Step == validation.Step ? ", the best so far" : $"; best {Quantity.Fixed(best.ValidationLoss!.Value)} at step {best.Step}")}");
        }

        var speed = history.Median(report => report.TokensPerSecond, 20);
        var gflops = history.Median(report => report.Gflops, 20);
        Add("speed", $"[bold]{Quantity.Count((long)speed)}[/] tokens/s, {gflops:0} GFLOP/s{(header?.PeakGflops is { } peak ? $", [bold]{100 * gflops / peak:0}%[/] of this machine's GEMM peak ({peak:0})" : "")}");
        Add("learning rate", $"{Quantity.Rate(last.LearningRate)}, gradient norm {Quantity.Fixed(last.GradNorm, 3)}, {Quantity.Short(last.Tokens)} tokens seen");
        if (history.Skipped > 0)
        {
            Add("skipped", $"[red]{history.Skipped} step{(history.Skipped == 1 ? "" : "s")}: the gradient was not finite[/]");
        }

        return grid;

        void Add(string name, string value) => grid.AddRow(new Text(name, new Style(Color.Grey)), new Markup(value));
    }
}
