using System.CommandLine;

namespace Meditron.Cli.Simulations;

/// <summary>Stands for <c>meditron simulate</c> where the program is built on Akka.NET, which has no hooks for it.</summary>
internal static class SimulateCommand
{
    /// <summary>The command, which says why it cannot.</summary>
    public static Command Create()
    {
        var command = new Command("simulate", "Play the production actors in virtual time; only with the bundled actor engine.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(int (_) => throw new UsageException("this program is built on Akka.NET, which cannot be simulated; build it with -p:ActorEngine=Bundled."));
        return command;
    }
}
