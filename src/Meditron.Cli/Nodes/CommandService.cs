using Meditron.Cmd;

namespace Meditron.Cli.Nodes;

/// <summary>Has a node serve the commands that every node has, and those that are given besides.</summary>
internal static class CommandService
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Starts to serve. A node that cannot be looked into is no use: its system is ended before the failure is passed on.</summary>
    /// <returns>Where the commands are served: host and port.</returns>
    /// <exception cref="CommandHostException">The host's address or port cannot be bound.</exception>
    /// <exception cref="ConfigurationException">A setting under <c>meditron.cmd</c> is not allowed.</exception>
    public static string Start(ActorSystem system, params CommandPaletteHandler[] further)
    {
        try
        {
            var cmd = MeditronCmd.Get(system);
            if (system.Settings.HasCluster)
            {
                cmd.RegisterCommandPalette(ClusterCommands.Instance);
            }

            cmd.RegisterCommandPalette(new ActorCommands());
            cmd.RegisterCommandPalette(new LogCommands());
            cmd.RegisterCommandPalette(new SystemCommands());
            foreach (var palette in further)
            {
                cmd.RegisterCommandPalette(palette);
            }

            cmd.Start();
            return cmd.EndPoint!.ToString();
        }
        catch (Exception)
        {
            system.Terminate().Wait(EndTimeout);
            throw;
        }
    }
}
