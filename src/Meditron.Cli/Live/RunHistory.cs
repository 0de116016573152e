using Meditron.Training;

namespace Meditron.Cli.Live;

/// <summary>Gathers the reports of a run: what the views, the summary and the chart show of its past.</summary>
internal sealed class RunHistory
{
    private readonly List<StepReport> earlier = [];
    private readonly List<StepReport> reports = [];
    private readonly Lock gate = new();

    /// <summary>The reports so far, those of earlier starts included.</summary>
    public IReadOnlyList<StepReport> Reports
    {
        get
        {
            lock (gate)
            {
                return [.. earlier, .. reports];
            }
        }
    }

    /// <summary>The newest report.</summary>
    public StepReport? Last { get; private set; }

    /// <summary>The newest report with a validation loss.</summary>
    public StepReport? LastValidation { get; private set; }

    /// <summary>The report with the lowest validation loss.</summary>
    public StepReport? BestValidation { get; private set; }

    /// <summary>Steps skipped since the run began here.</summary>
    public int Skipped { get; private set; }

    /// <summary>Time left at the average pace of this session; null before the first step.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (gate)
            {
                if (Last is not { } last)
                {
                    return null;
                }

                var done = last.Step - reports[0].Step + 1;
                return last.Elapsed * ((double)(last.TotalSteps - last.Step) / done);
            }
        }
    }

    /// <summary>Takes a report in.</summary>
    public void Add(StepReport report)
    {
        lock (gate)
        {
            reports.Add(report);
            Last = report;
            Skipped += report.Skipped ? 1 : 0;
            NoteValidation(report);
        }
    }

    /// <summary>Takes in what earlier starts of the run reported; pace and medians stay those of this one.</summary>
    public void AddEarlier(IEnumerable<StepReport> before)
    {
        lock (gate)
        {
            foreach (var report in before)
            {
                earlier.Add(report);
                NoteValidation(report);
            }
        }
    }

    /// <summary>The median of a figure over the last reports; steps that paused for a validation or a checkpoint do not move it.</summary>
    public double Median(Func<StepReport, double> figure, int last = int.MaxValue)
    {
        lock (gate)
        {
            var values = reports.TakeLast(last).Select(figure).Where(double.IsFinite).Order().ToArray();
            return values.Length == 0 ? 0 : values.Length % 2 == 1 ? values[values.Length / 2] : (values[(values.Length / 2) - 1] + values[values.Length / 2]) / 2;
        }
    }

    private void NoteValidation(StepReport report)
    {
        if (report.ValidationLoss is { } loss)
        {
            LastValidation = report;
            if (BestValidation is null || loss < BestValidation.ValidationLoss)
            {
                BestValidation = report;
            }
        }
    }
}
