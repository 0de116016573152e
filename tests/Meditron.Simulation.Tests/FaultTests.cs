using Meditron.Simulation.Faults;
using Meditron.Simulation.Machines;

namespace Meditron.Simulation.Tests;

public sealed class FaultTests
{
    [Fact]
    public void Every_fault_of_a_mix_happens_and_is_over_in_the_end()
    {
        using var text = new StringWriter();
        using var log = EventLog.To(text);
        using var world = new World(3, log);
        world.Enter(() =>
        {
            var fleet = new Fleet(world);
            for (var i = 1; i <= 4; i++)
            {
                fleet.Add($"n{i}", process => new Idle(process));
            }

            fleet.StartAll();
            var faults = new FaultInjector(fleet, new FaultMix()
                .With(1, new ProcessCrash())
                .With(1, new PowerLoss())
                .With(1, new GracefulStop())
                .With(1, new ProcessPause())
                .With(1, new ClockJump())
                .With(1, new Partition())
                .With(1, new LinkCut(bothWays: true))
                .With(1, new LinkCut(bothWays: false))
                .With(1, new OneWayIsolation())
                .With(1, new SlowLink())
                .With(1, new ConnectionReset()));
            faults.Start();
            world.RunFor(TimeSpan.FromHours(2));
            faults.End();
            world.RunFor(TimeSpan.FromMinutes(1));
            Assert.All(fleet.Machines, machine => Assert.True(machine is { IsRunning: true, IsPaused: false, IsHeldDown: false }));
            Assert.All(fleet.Machines, a => Assert.All(fleet.Machines, b => Assert.True(world.Network.AreConnected(a.Host, b.Host))));
        });
        Assert.Null(world.Violation);
        Assert.All(
            new[] { "kill -9 of", "loses power", "is told to end", "is stopped", "wall clock", "partition: ", "<->", "->", "is not heard", "hears nothing", "slow: ", "reset: " },
            what => Assert.Contains(what, text.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void As_many_repairs_undo_as_many_cuts()
    {
        using var world = new World(1);
        var a = new NodeHost(world, "a");
        var b = new NodeHost(world, "b");
        world.Network.Cut(a, b);
        world.Network.Cut(a, b);
        world.Network.Repair(a, b);
        Assert.False(world.Network.Reaches(a, b));
        Assert.True(world.Network.Reaches(b, a));
        world.Network.Repair(a, b);
        Assert.True(world.Network.Reaches(a, b));
    }

    [Fact]
    public void A_process_that_is_told_to_end_runs_its_shutdown_and_exits()
    {
        using var world = new World(2);
        world.Enter(() =>
        {
            var host = new NodeHost(world, "n1");
            var process = host.Start();
            var system = SimulatedSystem.Start(process, "local", ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(SimulatedSystem.Defaults));
            var ran = new List<string>();
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "note", () =>
            {
                ran.Add("service-stop");
                return Task.FromResult(Done.Instance);
            });
            world.RunFor(TimeSpan.FromSeconds(1));
            world.Post(process, process.Runtime.SignalTermination);
            Assert.True(world.RunUntil(() => !host.IsRunning, TimeSpan.FromSeconds(30)), world.Violation?.Message);
            Assert.Equal(["service-stop"], ran);
        });
    }

    private sealed class Idle(NodeProcess process) : NodeProgram(process)
    {
        public override void Start()
        {
        }

        public override void Leave() => Process.Runtime.SignalTermination();
    }
}
