using Meditron.Testing;
using Meditron.Training.Runs;

namespace Meditron.Training.Tests.Runs;

/// <summary>Metrics and events whose folder is not there for a while.</summary>
public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void What_cannot_be_written_waits_and_is_written_in_its_order_and_both_are_told_once()
    {
        var told = new List<string>();
        var log = new RunLog(new RunFolder(folder.File("run")), TimeProvider.System, happened => told.Add(happened.Event));
        for (var step = 1; step <= 3; step++)
        {
            log.Step(Report(step));
            log.Event("checkpoint", step, "somewhere");
        }

        Assert.Equal(6, log.Waiting);
        Assert.Equal(["log-failed"], told);

        Directory.CreateDirectory(folder.File("run"));
        log.Step(Report(4));
        Assert.Equal(0, log.Waiting);
        Assert.Equal(["log-failed", "log-written"], told);
        Assert.Equal([1, 2, 3, 4], log.ReadMetrics().Select(line => line.Step));
        Assert.Equal(["checkpoint", "checkpoint", "checkpoint", "log-written"], log.ReadEvents().Select(happened => happened.Event));
    }

    [Fact]
    public void Metrics_that_are_taken_back_while_they_wait_are_not_written_afterwards()
    {
        var log = new RunLog(new RunFolder(folder.File("run")), TimeProvider.System);
        log.Step(Report(1));
        log.Step(Report(2));
        log.RewindTo(1);
        log.Step(Report(2));
        Directory.CreateDirectory(folder.File("run"));
        log.Step(Report(3));
        Assert.Equal([1, 2, 3], log.ReadMetrics().Select(line => line.Step));
    }

    public void Dispose() => folder.Dispose();

    private static StepReport Report(int step) => new(step, 10, 1, null, 1, 1, false, step, 1, 1, TimeSpan.Zero);
}
