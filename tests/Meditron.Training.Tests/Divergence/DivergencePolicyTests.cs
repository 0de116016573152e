using Meditron.Training.Divergence;
using Meditron.Training.Recovery;

namespace Meditron.Training.Tests.Divergence;

/// <summary>The verdict on a step, by its numbers and those before it.</summary>
public sealed class DivergencePolicyTests
{
    private static readonly DivergenceOptions Skipping = new() { LossSpike = LossSpikeAction.Skip, Deviations = 6, Window = 8, WarmUp = 10, MaxInARow = 2 };

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(double.PositiveInfinity, 1.0)]
    [InlineData(2.0, double.NaN)]
    [InlineData(2.0, double.PositiveInfinity)]
    public void Numbers_that_are_not_finite_get_what_the_policy_has_for_them(double loss, double norm)
    {
        foreach (var (action, verdict) in new[] { (NonFiniteAction.Skip, StepVerdict.Skip), (NonFiniteAction.Rollback, StepVerdict.Rollback), (NonFiniteAction.Stop, StepVerdict.Stop) })
        {
            var judged = DivergencePolicy.Judge(loss, norm, At(3), [], new DivergenceOptions { NonFinite = action });
            Assert.Equal((verdict, 1), (judged.Verdict, judged.InARow));
            Assert.Contains("gradient norm", judged.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_loss_far_above_those_before_it_is_a_spike_and_noise_is_none()
    {
        Assert.Equal(StepVerdict.Update, Judge(2.1, Skipping).Verdict);
        var judged = Judge(2.6, Skipping);
        Assert.Equal(StepVerdict.Skip, judged.Verdict);
        Assert.Contains("the loss of 2.6 is a spike: the median of the 8 steps before is 2", judged.Reason, StringComparison.Ordinal);
        Assert.Equal(StepVerdict.Rollback, Judge(2.6, Skipping with { LossSpike = LossSpikeAction.Rollback }).Verdict);
        Assert.Equal(StepVerdict.Update, Judge(2.6, Skipping with { LossSpike = LossSpikeAction.Off }).Verdict);
    }

    [Fact]
    public void Where_a_factor_is_set_too_both_must_be_exceeded()
    {
        Assert.Equal(StepVerdict.Update, Judge(2.6, Skipping with { Factor = 1.5 }).Verdict);
        Assert.Equal(StepVerdict.Skip, Judge(3.1, Skipping with { Factor = 1.5 }).Verdict);
        Assert.Equal(StepVerdict.Skip, Judge(3.1, Skipping with { Factor = 1.5, Deviations = 0 }).Verdict);
    }

    [Fact]
    public void Nothing_is_a_spike_in_the_warm_up_or_where_too_little_is_known()
    {
        Assert.Equal(StepVerdict.Update, Judge(100, Skipping with { WarmUp = 21 }).Verdict);
        Assert.Equal(StepVerdict.Update, DivergencePolicy.Judge(100, 1, At(20), [.. Past(20).TakeLast(3)], Skipping).Verdict);
        Assert.Equal(StepVerdict.Skip, DivergencePolicy.Judge(100, 1, At(20), [.. Past(20).TakeLast(4)], Skipping).Verdict);
    }

    [Fact]
    public void Losses_that_were_left_out_or_are_older_than_the_window_count_for_nothing()
    {
        var past = Past(20).Select(position => position.Step switch
        {
            < 13 => position with { Loss = 1000 },
            14 or 16 => position with { Loss = double.NaN, InARow = 1 },
            18 => position with { Loss = 500, InARow = 1 },
            _ => position,
        }).ToList();
        Assert.Equal(DivergencePolicy.Judge(2.6, 1, At(20), [.. past.Where(position => position.Step >= 13 && position.InARow == 0)], Skipping), DivergencePolicy.Judge(2.6, 1, At(20), past, Skipping));
        Assert.Equal(StepVerdict.Skip, DivergencePolicy.Judge(2.6, 1, At(20), past, Skipping).Verdict);
    }

    [Fact]
    public void One_more_than_the_allowed_number_in_a_row_ends_training()
    {
        var judged = DivergencePolicy.Judge(2.6, 1, At(20) with { InARow = 1 }, Past(20), Skipping);
        Assert.Equal((StepVerdict.Skip, 2), (judged.Verdict, judged.InARow));
        judged = DivergencePolicy.Judge(double.NaN, 1, At(20) with { InARow = 2 }, Past(20), Skipping);
        Assert.Equal(StepVerdict.Stop, judged.Verdict);
        Assert.Contains("max-in-a-row", judged.Reason, StringComparison.Ordinal);
        Assert.Equal(StepVerdict.Skip, DivergencePolicy.Judge(double.NaN, 1, At(20) with { InARow = 999 }, Past(20), Skipping with { MaxInARow = 0 }).Verdict);
    }

    private static StepJudgement Judge(double loss, DivergenceOptions options) => DivergencePolicy.Judge(loss, 1, At(20), Past(20), options);

    private static StepPosition At(int step) => new(step, 4L * step, step, 0, 2, 1);

    /// <summary>Losses around 2, a tenth up and down.</summary>
    private static IReadOnlyList<StepPosition> Past(int step) => [.. Enumerable.Range(1, step).Select(each => At(each) with { Loss = 2 + 0.05 * (each % 3 - 1) })];
}
