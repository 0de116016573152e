using Meditron.Training.Divergence;
using Meditron.Training.Recovery;

namespace Meditron.Training.Tests.Divergence;

/// <summary>Where a rollback goes back to, and what it leaves of the ones before it.</summary>
public sealed class RollbackPlanTests
{
    private static readonly DivergenceOptions Options = new() { RollbackSteps = 8 };

    [Theory]
    [InlineData(100, 10, 90)]
    [InlineData(107, 10, 90)]
    [InlineData(108, 10, 100)]
    [InlineData(5, 10, 0)]
    [InlineData(100, 0, 0)]
    public void The_target_is_a_step_of_the_checkpoint_interval_so_many_steps_before(int step, int interval, int target) =>
        Assert.Equal(target, RollbackPlan.TargetOf(step, Options, interval, []));

    [Fact]
    public void A_target_within_an_earlier_rollback_is_that_one_s_target_since_the_steps_in_it_do_not_count()
    {
        IReadOnlyList<Rollback> earlier = [new(80, 95, 1, 9, 9)];
        Assert.Equal(80, RollbackPlan.TargetOf(100, Options, 10, earlier));
        Assert.Equal(95, RollbackPlan.Outside(95, earlier));
        Assert.Equal(80, RollbackPlan.Outside(80, earlier));
        Assert.Equal([new(80, 100, 2, 7, 7)], RollbackPlan.Add(earlier, new Rollback(80, 100, 2, 7, 7)));
        Assert.Equal([earlier[0], new(95, 120, 1, 7, 7)], RollbackPlan.Add(earlier, new Rollback(95, 120, 1, 7, 7)));
        Assert.Equal([new(70, 120, 1, 7, 7)], RollbackPlan.Merge([new Rollback(70, 120, 1, 7, 7), .. earlier, .. earlier]));
    }

    [Fact]
    public void Training_goes_through_a_rollback_after_its_first_step_and_stands_after_its_last()
    {
        var rollback = new Rollback(8, 12, 3, 9.5, 80);
        Assert.Null(RollbackPlan.After(7, [rollback]));
        var options = new TrainerOptions { Steps = 20, MicroBatch = 1, GlobalBatch = 4, SequenceLength = 8, LearningRate = new(1e-3, 1e-4, 1, 20, Training.Settings.DecayStyle.Linear) };
        var after = RollbackPlan.After(8, [rollback])!.After(new StepPosition(8, 32, 7, 1, 2.5, 1, 1e-3), options);
        Assert.Equal(new StepPosition(12, 48, 7, 5, 9.5, 80, options.LearningRate.At(12), 3), after);
    }
}
