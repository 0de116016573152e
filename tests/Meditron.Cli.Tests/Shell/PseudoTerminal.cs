using System.Diagnostics;
using System.Text;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Shell;

/// <summary>Runs a program on a terminal that a test types on, made by script(1).</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private readonly Process process;
    private readonly TimeSpan deadline;
    private readonly StringBuilder screen = new();
    private int seen;

    public PseudoTerminal(string[] command, TimeSpan deadline, params (string Name, string Value)[] environment)
    {
        this.deadline = deadline;

        // Programs that run in the background ignore Ctrl-C, and so would theirs; on a terminal of its own a program is in the foreground.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "script", "-qefc", "exec " + string.Join(' ', command.Select(word => $"'{word}'")), "/dev/null"])
        {
            WorkingDirectory = RepositoryPaths.Root, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["TERM"] = "xterm";

        // What script(1) starts the command with; it gives way to it, since a shell that waits for an interrupted command ends as interrupted itself.
        start.Environment["SHELL"] = "/bin/sh";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
    }

    public void Type(string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    /// <summary>Waits for text on the screen after what was waited for before.</summary>
    public void WaitFor(string text)
    {
        using var limit = new CancellationTokenSource(deadline);
        var buffer = new char[4096];
        while (true)
        {
            var at = screen.ToString(seen, screen.Length - seen).IndexOf(text, StringComparison.Ordinal);
            if (at >= 0)
            {
                seen += at + text.Length;
                return;
            }

            try
            {
                var read = process.StandardOutput.ReadAsync(buffer.AsMemory(), limit.Token).AsTask().GetAwaiter().GetResult();
                Assert.True(read > 0, $"The program ended before '{text}' came; the screen:\n{screen}");
                screen.Append(buffer, 0, read);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{text}' did not come; the screen:\n{screen}");
            }
        }
    }

    /// <summary>Waits for the program's end; gives its exit code.</summary>
    public int WaitForEnd()
    {
        _ = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(deadline), $"The program did not end; the screen:\n{screen}");
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }
}
