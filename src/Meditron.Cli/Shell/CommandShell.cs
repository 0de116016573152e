using Meditron.Cmd.Client;
using Meditron.Cmd.Parsing;
using Meditron.Cmd.Wire;

namespace Meditron.Cli.Shell;

/// <summary>Runs commands on a node: one from the command line, or those of a prompt or of standard input.</summary>
internal sealed class CommandShell(CmdTarget target, TimeProvider time)
{
    private readonly CommandInterruption interruption = new();
    private CommandClient? client;

    /// <summary>Runs the command, or, where there is none, those that are read.</summary>
    /// <returns>The exit code: of the command, or of the first one that failed.</returns>
    public async Task<int> Run(IReadOnlyList<string> words)
    {
        using (interruption)
        {
            try
            {
                client = await Connect();
                return words.Count > 0 ? await RunOne(words)
                    : Console.IsInputRedirected ? await RunPiped()
                    : await RunPrompt();
            }
            finally
            {
                if (client is not null)
                {
                    await client.DisposeAsync();
                }
            }
        }
    }

    private Task<CommandClient> Connect() => interruption.Run(token => CommandClient.ConnectAsync(target.Host, target.Port, target.Secret, time, token));

    private async Task<int> RunPiped()
    {
        var code = ExitCodes.Ok;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (IsExit(line))
            {
                break;
            }

            var ended = line.TrimStart().StartsWith('#') ? ExitCodes.Ok : await RunLine(line);
            code = code == ExitCodes.Ok ? ended : code;
        }

        return code;
    }

    private async Task<int> RunPrompt()
    {
        var history = new LineHistory(LineHistory.DefaultFile);
        var editor = new LineEditor(new ConsoleTerminal(), history, (line, cursor) => Completion.Complete(line, cursor, client!.Palettes));
        Console.WriteLine($"Connected with {client!.Node}. 'help' lists the commands, 'exit' leaves.");
        while (editor.Read($"[{client.EndPoint}] meditron> ") is { } line && !IsExit(line))
        {
            if (line.Trim() == "clear")
            {
                Console.Clear();
                continue;
            }

            try
            {
                if (!client.IsConnected)
                {
                    await client.DisposeAsync();
                    client = await Connect();
                    Console.WriteLine($"Connected again with {client.Node}.");
                }

                await RunLine(line);
            }
            catch (CommandClientException e)
            {
                Console.Error.WriteLine(e.Message);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C while it was connecting: back to the prompt.
            }
        }

        return ExitCodes.Ok;
    }

    private static bool IsExit(string line) => line.Trim() is "exit" or "quit";

    private async Task<int> RunLine(string line)
    {
        if (!CommandText.TrySplit(line, out var words))
        {
            Console.Error.WriteLine("A quote is not closed.");
            return ExitCodes.Usage;
        }

        return words.Count == 0 ? ExitCodes.Ok : await RunOne(words, prefix: "");
    }

    private async Task<int> RunOne(IReadOnlyList<string> words, string prefix = "meditron: ")
    {
        if (words[0] == "help")
        {
            var (text, found) = HelpText.Of([.. words.Skip(1)], client!.Palettes);
            (found ? Console.Out : Console.Error).WriteLine(text);
            return found ? ExitCodes.Ok : ExitCodes.Usage;
        }

        var outcome = await interruption.Run(token => client!.RunAsync(words, Console.Out.WriteLine, token));
        if (outcome.Message.Length > 0)
        {
            Console.Error.WriteLine(prefix + outcome.Message);
        }

        return outcome.Status switch
        {
            Ended.Types.Status.Done => ExitCodes.Ok,
            Ended.Types.Status.Usage => ExitCodes.Usage,
            Ended.Types.Status.Cancelled => ExitCodes.Interrupted,
            _ => ExitCodes.CommandFailed,
        };
    }
}
