namespace Meditron.Cli.Tests.Shell;

/// <summary>A test that types on a pseudo-terminal; skipped, with the reason, where the machine gives none that echoes, interrupts and ends as terminals do.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TerminalFactAttribute : FactAttribute
{
    // Says what it reads, and that it was interrupted, by its words and by its exit code.
    private const string Program = "trap \"echo caught; exit 3\" INT; echo ready; read line; echo \"got $line\"; read line; exit 9";

    private static readonly Lazy<string?> Problem = new(Try);

    public TerminalFactAttribute() => Skip = Problem.Value;

    private static string? Try()
    {
        try
        {
            using var terminal = new PseudoTerminal(["sh", "-c", Program], TimeSpan.FromSeconds(30));
            terminal.WaitFor("ready");
            terminal.Type("word\r");
            terminal.WaitFor("got word");
            terminal.Type("\u0003");
            terminal.WaitFor("caught");
            var code = terminal.WaitForEnd();
            return code == 3 ? null : $"Pseudo-terminals of this machine do not do as terminals do: a program's exit code 3 came as {code}.";
        }
        catch (Exception exception)
        {
            return $"Pseudo-terminals of this machine do not do as terminals do: {exception.Message}";
        }
    }
}
