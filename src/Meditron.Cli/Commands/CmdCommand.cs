using System.CommandLine;
using Meditron.Cli.Shell;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron cmd</c>: runs commands on a node, one or many.</summary>
internal static class CmdCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "cmd",
            "Run a command on a node: meditron cmd HOST:PORT cluster show. Without a command, read them from a prompt or from standard input; 'help' lists what the node has.");
        var words = new Argument<string[]>("[HOST:PORT] [COMMAND ...]") { Description = $"The node, 127.0.0.1:{CmdTarget.DefaultPort} unless given, and the command with its arguments.", Arity = ArgumentArity.ZeroOrMore };
        var secret = new Option<string?>("--secret-file") { Description = "A file with the cluster's secret, which nodes demand that serve others than their own machine; else it is taken from MEDITRON_SECRET.", HelpName = "FILE" };
        var config = new Option<string[]>("--config", "-f") { Description = "The node's configuration: its address and secret are taken from there.", HelpName = "FILE" };
        command.Arguments.Add(words);
        command.Options.Add(secret);
        command.Options.Add(config);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(words) ?? [];
            if (given.Length > 0 && given[0].StartsWith('-'))
            {
                throw new UsageException($"'{given[0]}' is no option of 'meditron cmd'. See 'meditron cmd --help'.");
            }

            var hasAddress = given.Length > 0 && CmdTarget.IsAddress(given[0]);
            var target = CmdTarget.Find(hasAddress ? given[0] : null, parsed.GetValue(secret), parsed.GetValue(config) ?? []);
            return new CommandShell(target, TimeProvider.System).Run(hasAddress ? given[1..] : given).GetAwaiter().GetResult();
        });
        return command;
    }
}
