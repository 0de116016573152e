using System.Globalization;
using Meditron.Training.Recovery;

namespace Meditron.Training.Divergence;

/// <summary>
/// Judges a step by its loss and gradient norm, before its update: a pure function of numbers that every rank has, so that all ranks judge alike in every
/// layout, and again after every recovery.
/// </summary>
public static class DivergencePolicy
{
    /// <summary>A normal distribution's standard deviation in terms of its median absolute deviation.</summary>
    private const double DeviationOfMedian = 1.4826;

    /// <summary>Judges the step after a position.</summary>
    /// <param name="loss">The step's loss.</param>
    /// <param name="norm">Its gradient norm.</param>
    /// <param name="before">Where training stands before it.</param>
    /// <param name="history">What the steps before came to; all of the window, as far as there are so many.</param>
    /// <param name="options">The policy.</param>
    public static StepJudgement Judge(double loss, double norm, StepPosition before, IReadOnlyList<StepPosition> history, DivergenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        var (verdict, reason) = double.IsFinite(loss) && double.IsFinite(norm)
            ? JudgeLoss(loss, before.Step + 1, history, options)
            : (Verdict(options.NonFinite), string.Create(CultureInfo.InvariantCulture, $"the loss is {loss} and the gradient norm {norm}"));
        if (verdict == StepVerdict.Update)
        {
            return new StepJudgement(verdict, 0, "");
        }

        var inARow = before.InARow + 1;
        return options.MaxInARow > 0 && inARow > options.MaxInARow
            ? new StepJudgement(StepVerdict.Stop, inARow, $"{reason}, and {options.MaxInARow} {(options.MaxInARow == 1 ? "step" : "steps in a row")} before it had to be left out already (meditron.recovery.loss-spike.max-in-a-row)")
            : new StepJudgement(verdict, inARow, reason);
    }

    private static (StepVerdict Verdict, string Reason) JudgeLoss(double loss, int step, IReadOnlyList<StepPosition> history, DivergenceOptions options)
    {
        if (options.LossSpike == LossSpikeAction.Off || step <= options.WarmUp)
        {
            return (StepVerdict.Update, "");
        }

        var window = history.Where(position => position.Step < step && position.Step >= step - options.Window && position.InARow == 0 && double.IsFinite(position.Loss)).Select(position => position.Loss).Order().ToList();
        if (window.Count < (options.Window + 1) / 2)
        {
            return (StepVerdict.Update, "");
        }

        var median = Median(window);
        var deviation = DeviationOfMedian * Median([.. window.Select(other => Math.Abs(other - median)).Order()]);
        if (loss <= median || (options.Factor > 0 && loss <= options.Factor * median) || (options.Deviations > 0 && loss <= median + options.Deviations * deviation))
        {
            return (StepVerdict.Update, "");
        }

        return (
            options.LossSpike == LossSpikeAction.Skip ? StepVerdict.Skip : StepVerdict.Rollback,
            string.Create(CultureInfo.InvariantCulture, $"the loss of {loss:0.####} is a spike: the median of the {window.Count} steps before is {median:0.####}, their deviation {deviation:0.####}"));
    }

    private static StepVerdict Verdict(NonFiniteAction action) => action switch
    {
        NonFiniteAction.Rollback => StepVerdict.Rollback,
        NonFiniteAction.Stop => StepVerdict.Stop,
        _ => StepVerdict.Skip,
    };

    private static double Median(IReadOnlyList<double> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
}
