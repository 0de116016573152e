namespace Meditron.Actors.Tests.Specs;

public class CoordinatedShutdownSpec : ActorSpec
{

    private const string Phases = """
        akka.coordinated-shutdown {
          terminate-actor-system = off, exit-clr = off, run-by-clr-shutdown-hook = off, run-by-actor-system-terminate = off
          default-phase-timeout = 10 s
          phases {
            a { }
            b { depends-on = [a], timeout = 200 ms }
            c { depends-on = [b], recover = off }
            d { depends-on = [c] }
            off { depends-on = [a], enabled = off }
          }
        }
        """;

    public CoordinatedShutdownSpec()
        : base(Phases)
    {
        EventFilter.Warning().Mute();
        EventFilter.Error().Mute();
    }

    private CoordinatedShutdown Shut => CoordinatedShutdown.Get(Sys);

    [Fact]
    public async Task Phases_run_one_after_those_they_depend_on()
    {
        var done = new List<string>();
        foreach (var phase in new[] { "d", "b", "a", "c" })
        {
            Add(phase, "task", done);
        }

        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);
        Assert.Equal(["a", "b", "c", "d"], done);
    }

    [Fact]
    public async Task The_tasks_of_a_phase_run_side_by_side()
    {
        var (one, other) = (new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously));
        Shut.AddTask("a", "one", () =>
        {
            one.SetResult(Done.Instance);
            return other.Task;
        });
        Shut.AddTask("a", "other", () =>
        {
            other.SetResult(Done.Instance);
            return one.Task;
        });

        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);
    }

    [Fact]
    public async Task It_runs_once_whoever_asks_and_keeps_the_first_reason()
    {
        var done = new List<string>();
        Add("a", "task", done);
        await Shut.Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(Deadline);
        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);

        Assert.Single(done);
        Assert.Same(CoordinatedShutdown.ClusterLeavingReason.Instance, Shut.ShutdownReason);
    }

    [Fact]
    public async Task It_may_start_in_the_middle()
    {
        var done = new List<string>();
        Add("a", "task", done);
        Add("c", "task", done);
        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance, "c").WaitAsync(Deadline);

        Assert.Equal(["c"], done);
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var done = new List<string>();
        Shut.AddTask("b", "never", () => new TaskCompletionSource<Done>().Task);
        Add("d", "task", done);
        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);

        Assert.Equal(["d"], done);
    }

    [Fact]
    public async Task A_task_that_fails_holds_nothing_up()
    {
        var done = new List<string>();
        Shut.AddTask("a", "fails", () => Task.FromException<Done>(new FormatException("boom")));
        Shut.AddTask("b", "throws", () => throw new FormatException("boom"));
        Add("d", "task", done);
        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);

        Assert.Equal(["d"], done);
    }

    [Fact]
    public async Task A_phase_that_must_not_fail_ends_the_shutdown()
    {
        var done = new List<string>();
        Shut.AddTask("c", "fails", () => Task.FromException<Done>(new FormatException("boom")));
        Add("d", "task", done);

        await Assert.ThrowsAnyAsync<Exception>(() => Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline));
        Assert.Empty(done);
    }

    [BundledFact("Akka.NET runs the tasks of a disabled phase")]
    public async Task A_disabled_phase_is_passed_over()
    {
        var done = new List<string>();
        Add("off", "task", done);
        Add("a", "task", done);
        await Shut.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Deadline);

        Assert.Equal(["a"], done);
    }

    [Fact]
    public void A_phase_that_does_not_exist_is_refused_by_name()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Shut.AddTask("nowhere", "task", () => Task.FromResult(Done.Instance)));

        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => Shut.AddTask("a", "", () => Task.FromResult(Done.Instance)));
        Assert.ThrowsAny<ArgumentException>(() => Shut.Timeout("nowhere"));
    }

    [Fact]
    public void Timeouts_are_those_of_the_phases()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(200), Shut.Timeout("b"));
        Assert.Equal(TimeSpan.FromSeconds(10), Shut.Timeout("a"));
        Add("a", "task", []);
        Add("b", "task", []);

        Assert.Equal(TimeSpan.FromMilliseconds(10_200), Shut.TotalTimeout);
    }

    [BundledFact("Akka.NET finds the circle when the shutdown is made")]
    public void Phases_in_a_circle_are_refused()
    {
        var refused = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("circle", "akka { stdout-loglevel = OFF, coordinated-shutdown.phases { x { depends-on = [y] }, y { depends-on = [x] } } }"));

        Assert.Contains("x -> y -> x", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminating_the_system_runs_it()
    {
        var system = ActorSystem.Create("terminating", "akka { stdout-loglevel = OFF, loglevel = OFF }");
        var done = new List<string>();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "task", () =>
        {
            done.Add("ran");
            return Task.FromResult(Done.Instance);
        });
        await system.Terminate().WaitAsync(Deadline);

        Assert.Equal(["ran"], done);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task Running_it_terminates_the_system()
    {
        var system = ActorSystem.Create("terminating", "akka { stdout-loglevel = OFF, loglevel = OFF }");
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Deadline);

        await system.WhenTerminated.WaitAsync(Deadline);
    }

    private void Add(string phase, string name, List<string> done) => Shut.AddTask(phase, name, () =>
    {
        lock (done)
        {
            done.Add(phase);
        }

        return Task.FromResult(Done.Instance);
    });
}
