using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Meditron.Cli.Commands;
using Meditron.Cli.Shell;
using Meditron.Cli.Simulations;

namespace Meditron.Cli;

/// <summary>The command tree of <c>meditron</c>, and how it is run: parsing, interruption, errors to exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Show stack traces of errors.</summary>
    public static Option<bool> Debug { get; } = new("--debug") { Description = "Show the stack trace of an error.", Recursive = true };

    /// <summary>Write plain lines.</summary>
    public static Option<bool> Plain { get; } = new("--plain") { Description = "Plain lines instead of the live view and colours (also without a terminal, or with NO_COLOR).", Recursive = true };

    /// <summary>Runs a command line and gives the exit code.</summary>
    public static int Run(string[] args)
    {
        var root = Build();
        var parsed = root.Parse(CmdArguments.Separate(args));
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"meditron: {error.Message}");
            }

            Console.Error.WriteLine($"See '{CommandName(parsed)} --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            var failure = Failure.From(e);
            Console.Error.WriteLine($"meditron: {failure.Message}");
            if (parsed.GetValue(Debug))
            {
                Console.Error.WriteLine(e);
            }

            return failure.Code;
        }
    }

    /// <summary>Lets a command run with a context that the first Ctrl-C cancels.</summary>
    public static void OnRun(this Command command, Func<ParseResult, CliContext, int> run, string onInterrupt = "stopping") => command.SetAction(parsed =>
    {
        using var interruption = new Interruption(onInterrupt).Listen();
        return run(parsed, CliContext.Create(parsed.GetValue(Plain), interruption.Token));
    });

    /// <summary>Lets a command that only groups others show its help.</summary>
    public static void OnRunHelp(this Command command) => command.SetAction(parsed => new HelpAction().Invoke(parsed));

    private static RootCommand Build()
    {
        var root = new RootCommand("Trains Llama-2 class language models on medical text, after MEDITRON.\n" + ExitCodes.Help);
        root.Options.Add(Debug);
        root.Options.Add(Plain);
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(GenerateCommand.Create());
        root.Subcommands.Add(DataCommand.Create());
        root.Subcommands.Add(CheckpointCommand.Create());
        root.Subcommands.Add(NodeCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(StatusCommand.Create());
        root.Subcommands.Add(StopCommand.Create());
        root.Subcommands.Add(DrainCommand.Create());
        root.Subcommands.Add(AttachCommand.Create());
        root.Subcommands.Add(ChaosCommand.Create());
        root.Subcommands.Add(CmdCommand.Create());
        root.Subcommands.Add(SimulateCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        root.Subcommands.Add(InfoCommand.Create());
        root.OnRunHelp();
        return root;
    }

    private static string CommandName(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "meditron" : result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
