using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Distributed;

/// <summary>What a job does with the workers that it has.</summary>
public sealed class WorkersPolicyTests
{
    private static readonly ParallelLayout Wanted = new(1, 2, 4);

    [Theory]
    [InlineData(8, TooFewWorkersAction.Stop, 0, 1, "Train 4")]
    [InlineData(11, TooFewWorkersAction.Wait, 0, 4, "Train 4")]
    [InlineData(7, TooFewWorkersAction.Shrink, 0, 1, "Train 3")]
    [InlineData(4, TooFewWorkersAction.Shrink, 0, 2, "Train 2")]
    [InlineData(3, TooFewWorkersAction.Shrink, 0, 2, "Wait 4")]
    [InlineData(3, TooFewWorkersAction.Shrink, 60, 2, "End 1")]
    [InlineData(1, TooFewWorkersAction.Shrink, 59, 1, "Wait 4")]
    [InlineData(1, TooFewWorkersAction.Shrink, 60, 1, "End 4")]
    [InlineData(7, TooFewWorkersAction.Wait, 59, 1, "Wait 4")]
    [InlineData(7, TooFewWorkersAction.Wait, 60, 1, "Train 3")]
    [InlineData(7, TooFewWorkersAction.Wait, 60, 4, "End 3")]
    [InlineData(7, TooFewWorkersAction.Stop, 0, 1, "End 3")]
    public void A_job_that_has_trained_goes_by_the_policy(int workers, TooFewWorkersAction action, int waited, int least, string expected)
    {
        var decision = WorkersPolicy.Decide(Wanted, workers, true, TimeSpan.FromSeconds(waited), new TooFewWorkersOptions(action, TimeSpan.FromMinutes(1), least));
        Assert.Equal(expected, $"{decision.Kind} {decision.Layout.Data}");
        Assert.Equal(decision.Layout == Wanted && decision.Kind == WorkersDecisionKind.Train, decision.Reason.Length == 0);
    }

    [Theory]
    [InlineData(TooFewWorkersAction.Shrink)]
    [InlineData(TooFewWorkersAction.Wait)]
    [InlineData(TooFewWorkersAction.Stop)]
    public void A_job_that_has_not_trained_waits_for_all_of_its_workers(TooFewWorkersAction action)
    {
        var decision = WorkersPolicy.Decide(Wanted, 7, false, TimeSpan.Zero, new TooFewWorkersOptions(action, TimeSpan.FromMinutes(1), 1));
        Assert.Equal((WorkersDecisionKind.Wait, Wanted), (decision.Kind, decision.Layout));
    }
}
