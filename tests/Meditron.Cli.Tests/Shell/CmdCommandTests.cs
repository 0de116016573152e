using System.Diagnostics;
using Meditron.Cli.Tests.Nodes;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Shell;

/// <summary><c>meditron cmd</c> against a real node, as a user runs it.</summary>
public sealed class CmdCommandTests : IClassFixture<CmdCommandTests.RunningNode>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly NodeProcess node;

    public CmdCommandTests(RunningNode running) => node = running.Node;

    [Fact]
    public void One_command_prints_its_answer_and_ends_with_code_0()
    {
        Assert.Contains("uptime ", CliProcess.Run("cmd", node.Cmd, "system", "info").Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("/user/node-watch\n", CliProcess.Run("cmd", node.Cmd, "actor", "hierarchy", "-s", "/user", "-d", "1").Succeeds().Output, StringComparison.Ordinal);
        Assert.StartsWith("Usage: cluster show [-r ROLE]", CliProcess.Run("cmd", node.Cmd, "help", "cluster", "show").Succeeds().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "Did you mean cluster?", "clutser show")]
    [InlineData(ExitCodes.Usage, "Did you mean show?", "cluster shwo")]
    [InlineData(ExitCodes.Usage, "There is no switch -x.", "cluster show -x")]
    [InlineData(ExitCodes.Usage, "ADDRESS is missing", "cluster join")]
    [InlineData(ExitCodes.Usage, "Did you mean tail?", "help cluster tial")]
    [InlineData(ExitCodes.CommandFailed, "is no member", "cluster down 127.0.0.1:1")]
    [InlineData(ExitCodes.CommandFailed, "There is no actor at /user/none.", "actor hierarchy -s /user/none")]
    public void What_is_wrong_with_a_command_goes_to_standard_error_with_its_code(int code, string message, string command)
    {
        var result = CliProcess.Run(["cmd", node.Cmd, .. command.Split(' ')]).FailsWith(code, message);

        Assert.Equal("", result.Output);
        Assert.EndsWith("\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "is no address of a node", "127.0.0.1:many", "system", "info")]
    [InlineData(ExitCodes.Unreachable, "Cannot connect with 127.0.0.1:1: nobody listens there.", "127.0.0.1:1", "system", "info")]
    [InlineData(ExitCodes.Configuration, "none.conf does not exist", "--config", "none.conf", "system", "info")]
    [InlineData(ExitCodes.Usage, "--nonsense", "--nonsense")]
    public void What_is_wrong_with_the_address_has_its_code(int code, string message, params string[] words) =>
        CliProcess.Run(["cmd", .. words]).FailsWith(code, message);

    [Fact]
    public void A_port_that_is_not_that_of_commands_is_told_apart() =>
        CliProcess.Run("cmd", node.Address.Split('@')[1], "system", "info").FailsWith(ExitCodes.Unreachable, "is no node of this version");

    [Fact]
    public void Commands_come_from_standard_input_and_the_first_failure_gives_the_code()
    {
        var result = CliProcess.Start("bash", ["-c", $"printf '# a comment\\n\\nsystem info\\ncluster shwo\\nactor hierarchy -s /none\\nlog peek -n 1\\nexit\\nsystem info\\n' | dotnet '{Path.Combine(AppContext.BaseDirectory, "meditron.dll")}' cmd {node.Cmd}"]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Single(result.Output.Split('\n'), line => line.StartsWith("uptime ", StringComparison.Ordinal));
        Assert.Contains("Did you mean show?", result.Error, StringComparison.Ordinal);
        Assert.Contains("There is no actor at /none.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_tail_with_code_130()
    {
        // Programs that run in the background ignore the signal, and so would theirs.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "cmd", node.Cmd, "cluster", "tail"])
        {
            WorkingDirectory = RepositoryPaths.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Assert.NotNull(await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline));
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

        Assert.True(process.WaitForExit(Deadline));
        Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
    }

    [TerminalFact]
    public void A_terminal_gets_a_prompt_with_completion_and_history_and_Ctrl_C_stops_a_tail_without_leaving()
    {
        using var folder = new TemporaryFolder();
        using var terminal = new PseudoTerminal(["dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "cmd", node.Cmd], TimeSpan.FromMinutes(3), ("XDG_STATE_HOME", folder.File("state")));
        terminal.WaitFor("meditron> ");
        terminal.Type("act\thi\t-s /user\r");
        terminal.WaitFor("/user/node-watch");
        terminal.WaitFor("meditron> ");
        terminal.Type("cluster tail\r");
        terminal.WaitFor("MemberUp ");
        terminal.Type("\u0003");
        terminal.WaitFor("meditron> ");
        terminal.Type("cluster shwo\r");
        terminal.WaitFor("Did you mean show?");
        terminal.WaitFor("meditron> ");
        terminal.Type("\u001b[A\u001b[A\u001b[A\r");
        terminal.WaitFor("/user/node-watch");
        terminal.WaitFor("meditron> ");
        terminal.Type("exit\r");

        Assert.Equal(0, terminal.WaitForEnd());
        Assert.Equal(
            ["actor hierarchy -s /user", "cluster tail", "cluster shwo", "actor hierarchy -s /user", "exit"],
            File.ReadAllLines(folder.File("state", "meditron", "cmd-history")));
    }

    /// <summary>A node that is a cluster of its own.</summary>
    public sealed class RunningNode : IDisposable
    {
        public RunningNode() => CliProcess.Run("cmd", Node.Cmd, "cluster", "join", Node.Address).Succeeds();

        internal NodeProcess Node { get; } = NodeProcess.Start();

        public void Dispose() => Node.Dispose();
    }
}
