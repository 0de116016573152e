using System.Collections.Concurrent;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>Keeps what a coordinator tells, and lets a test wait for it.</summary>
internal sealed class RecordingJobLog : IJobLog
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<string> told = [];
    private readonly ManualResetEventSlim open = new(true);

    public int Recorded { get; private set; }

    public void Event(string name, int step, string detail)
    {
        told.Add(name);
        Assert.True(open.Wait(Deadline), $"'{name}' was held up for {Deadline}");
    }

    /// <summary>Whoever tells an event from here on goes on only after <see cref="Release"/>.</summary>
    public void HoldUp() => open.Reset();

    public void Release() => open.Set();

    public void Begin(TrainingStatus status) => told.Add($"begin {status.Generation}");

    public void Step(StepCompleted step)
    {
        Recorded = step.Step;
        told.Add($"step {step.Step}");
    }

    public void Rank(StepCompleted step)
    {
    }

    public void End(JobOutcome outcome) => told.Add($"end {outcome.Step}");

    /// <summary>Waits until something is told; what was told before it is passed over, and returned.</summary>
    public IReadOnlyList<string> Await(string what)
    {
        var passed = new List<string>();
        while (told.TryTake(out var one, Deadline))
        {
            if (one == what)
            {
                return passed;
            }

            passed.Add(one);
        }

        Assert.Fail($"'{what}' was not told in {Deadline}; told were {string.Join(", ", passed)}");
        return passed;
    }
}
