using System.Collections.Concurrent;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Training.Tests.Distributed;

/// <summary>How often a launcher starts again what ends.</summary>
public sealed class NodeLauncherTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ActorSystem system = ActorSystem.Create("launcher", ConfigurationFactory.ParseString("akka.loggers = []"));
    private readonly ConcurrentQueue<string> givenUp = new();

    [Fact]
    public void A_worker_that_ends_more_often_than_its_budget_allows_is_given_up_by_name()
    {
        var processes = new Ending(code: 1);
        using var ended = new BlockingCollection<IReadOnlyList<int>>();
        Start(processes, 3, TimeProvider.System, ended.Add);
        Assert.True(ended.TryTake(out var codes, Deadline), "the launcher went on");
        Assert.Equal([1], codes);
        Assert.Equal(4, processes.Starts);
        Assert.Contains("Worker 0 has been started again 3 times within 01:00:00 (meditron.recovery.restarts-max), ends with code 1", Assert.Single(givenUp), StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_outside_of_the_window_do_not_count()
    {
        var processes = new Ending(code: 1, last: 20);
        using var ended = new BlockingCollection<IReadOnlyList<int>>();
        Start(processes, 3, new Leaping(), ended.Add);
        Assert.True(ended.TryTake(out var codes, Deadline), "the launcher went on");
        Assert.Equal([0], codes);
        Assert.Equal(20, processes.Starts);
        Assert.Empty(givenUp);
    }

    public void Dispose() => system.Terminate().Wait(Deadline);

    private void Start(IWorkerProcesses processes, int most, TimeProvider time, Action<IReadOnlyList<int>> ended)
    {
        var options = new NodeLauncherOptions { Workers = 1, Standbys = 0, MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero, RestartsMax = most, GivenUp = givenUp.Enqueue };
        system.ActorOf(NodeLauncher.PropsFor(options, processes, time, ended));
    }

    /// <summary>Processes that end at once: with a code, and the last one with 0.</summary>
    private sealed class Ending(int code, int last = int.MaxValue) : IWorkerProcesses
    {
        public int Starts { get; private set; }

        public IWorkerProcess Start(int slot, bool standby, Action<int> exited)
        {
            Starts++;
            exited(Starts == last ? 0 : code);
            return new Ended();
        }

        private sealed class Ended : IWorkerProcess
        {
            public int Id => 1;

            public void Terminate()
            {
            }

            public void Kill()
            {
            }

            public void Dispose()
            {
            }
        }
    }

    /// <summary>Half an hour passes whenever it is looked at.</summary>
    private sealed class Leaping : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks += TimeSpan.FromMinutes(30).Ticks;
    }
}
