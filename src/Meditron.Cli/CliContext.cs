using Spectre.Console;

namespace Meditron.Cli;

/// <summary>What commands write to and wait on: the console, plain or not, the clock, and the interruption.</summary>
internal sealed class CliContext
{
    private CliContext(IAnsiConsole console, bool plain, TimeProvider time, CancellationToken cancellation)
    {
        Console = console;
        Plain = plain;
        Time = time;
        Cancellation = cancellation;
    }

    /// <summary>Standard output.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether to write plain lines: asked for, NO_COLOR is set, or the output is no terminal.</summary>
    public bool Plain { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Set by the first Ctrl-C.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The context of this process.</summary>
    public static CliContext Create(bool plain, CancellationToken cancellation)
    {
        plain |= !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = 200;
        }

        return new CliContext(console, plain || !console.Profile.Capabilities.Ansi, TimeProvider.System, cancellation);
    }

    /// <summary>The same for what is still to be done after the first Ctrl-C.</summary>
    public CliContext WithoutInterruption() => new(Console, Plain, Time, CancellationToken.None);

    /// <summary>Writes one line as it is.</summary>
    public void WriteLine(string text) => Console.Profile.Out.Writer.WriteLine(text);

    /// <summary>Writes names and values, aligned.</summary>
    public void WriteFacts(IEnumerable<(string Name, string Value)> facts)
    {
        var all = facts.ToList();
        var width = all.Max(fact => fact.Name.Length);
        foreach (var (name, value) in all)
        {
            WriteLine($"{name.PadRight(width)}  {value}");
        }
    }
}
