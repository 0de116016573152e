namespace Meditron.Simulation.Worlds;

/// <summary>Starts production actor systems in processes of the world.</summary>
internal static class SimulatedSystem
{
    /// <summary>What every system of a world is configured with: one message a run, no loggers of its own.</summary>
    public static readonly Config Defaults = ConfigurationFactory.ParseString(
        """
        akka {
          loggers = []
          stdout-loglevel = OFF
          loglevel = WARNING
          log-dead-letters = off
          actor.default-dispatcher.throughput = 1
          actor.internal-dispatcher { type = Dispatcher, throughput = 1 }
          coordinated-shutdown.exit-clr = on
        }
        """);

    // What is logged changes no schedule, so that a run can be looked at more closely than it was found with.
    private static readonly Config Talkative = ConfigurationFactory.ParseString("akka { loglevel = INFO, cluster.log-info = on }");

    /// <summary>Starts a system in a process; it ends when the process dies.</summary>
    public static ActorSystem Start(NodeProcess process, string name, Config config, params Setup[] setups)
    {
        ActorSystem? system = null;
        process.World.As(process, () =>
        {
            var setup = ActorSystemSetup.Create(
            [
                new RuntimeSetup(process.Runtime),
                new NetworkSetup(process.Network),
                BootstrapSetup.Create().WithConfig(process.World.Log.IsOn ? Talkative.WithFallback(config) : config),
                .. setups,
            ]);
            system = ActorSystem.Create(name, setup);
            var tap = new LogTap(process, (ActorSystemImpl)system);
            foreach (var level in Levels)
            {
                system.EventStream.Subscribe(tap, level);
            }
        });
        return system!;
    }

    private static readonly Type[] Levels = [typeof(Error), typeof(Warning), typeof(Info)];
}
