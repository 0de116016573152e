using Meditron.Training.Optimization;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Paper = new(3e-4, 3e-5, 2000, 14_700, DecayStyle.Cosine);

    [Fact]
    public void Warm_up_is_a_line_to_the_peak()
    {
        Assert.Equal(3e-4 / 2000, Paper.At(1), 15);
        Assert.Equal(1.5e-4, Paper.At(1000), 15);
        Assert.Equal(3e-4, Paper.At(2000), 15);
    }

    [Fact]
    public void Cosine_is_halfway_in_the_middle_and_ends_at_the_minimum()
    {
        Assert.Equal((3e-4 + 3e-5) / 2, Paper.At(2000 + ((14_700 - 2000) / 2)), 12);
        Assert.Equal(3e-5, Paper.At(14_700), 15);
        Assert.Equal(3e-5, Paper.At(20_000), 15);
    }

    [Fact]
    public void The_learning_rate_never_rises_after_warm_up()
    {
        foreach (var style in Enum.GetValues<DecayStyle>())
        {
            var schedule = new LearningRateSchedule(1, 0.1, 3, 50, style);
            for (var step = 3; step < 60; step++)
            {
                Assert.True(schedule.At(step + 1) <= schedule.At(step));
            }
        }
    }
}
