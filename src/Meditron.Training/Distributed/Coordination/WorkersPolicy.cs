using System.Globalization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Decides what a job does with the workers that it has; a pure function.</summary>
internal static class WorkersPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="wanted">The layout that is wanted.</param>
    /// <param name="workers">Workers that may be used.</param>
    /// <param name="trained">Whether the job has trained; before, it waits for all of its workers.</param>
    /// <param name="waited">How long it has waited for more.</param>
    /// <param name="options">The policy.</param>
    public static WorkersDecision Decide(ParallelLayout wanted, int workers, bool trained, TimeSpan waited, TooFewWorkersOptions options)
    {
        var copies = Math.Min(wanted.Data, workers / (wanted.Tensor * wanted.Pipeline));
        if (copies == wanted.Data)
        {
            return new WorkersDecision(WorkersDecisionKind.Train, wanted, "");
        }

        var lack = $"{wanted} needs {wanted.World} workers, and {workers} {(workers == 1 ? "has" : "have")} registered";
        if (!trained)
        {
            return new WorkersDecision(WorkersDecisionKind.Wait, wanted, lack);
        }

        var smaller = copies >= 1 ? new ParallelLayout(wanted.Tensor, wanted.Pipeline, copies) : wanted;
        var goesOn = copies >= Math.Max(1, options.MinData);
        var limit = string.Create(CultureInfo.InvariantCulture, $"{options.WaitTimeout.TotalSeconds:0.###} s (meditron.recovery.wait-timeout)");
        return (options.Action, goesOn, waited < options.WaitTimeout) switch
        {
            (TooFewWorkersAction.Stop, _, _) => new WorkersDecision(WorkersDecisionKind.End, smaller, $"{lack} (meditron.recovery.too-few-workers = stop)"),
            (TooFewWorkersAction.Shrink, true, _) => new WorkersDecision(WorkersDecisionKind.Train, smaller, lack),
            (_, _, true) => new WorkersDecision(WorkersDecisionKind.Wait, wanted, $"{lack}; they are waited for up to {limit}"),
            (_, true, false) => new WorkersDecision(WorkersDecisionKind.Train, smaller, $"{lack} within {limit}"),
            _ => new WorkersDecision(WorkersDecisionKind.End, smaller, $"{lack} within {limit}, which is less than {Math.Max(1, options.MinData)} {(options.MinData > 1 ? "copies" : "copy")} of the model (meditron.recovery.min-data)"),
        };
    }
}
