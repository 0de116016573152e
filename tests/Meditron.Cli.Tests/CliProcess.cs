using System.Diagnostics;
using Meditron.Testing;

namespace Meditron.Cli.Tests;

/// <summary>Runs the command line as a process of its own, as a user does.</summary>
internal sealed record CliProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    /// <summary>Runs meditron in the checkout's folder.</summary>
    public static CliProcess Run(params string[] arguments) => Run(Deadline, arguments);

    /// <summary>Runs meditron in the checkout's folder, for some longer time at most.</summary>
    public static CliProcess Run(TimeSpan deadline, params string[] arguments) => Start(deadline, "dotnet", [Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. arguments], []);

    /// <summary>Runs a program in the checkout's folder.</summary>
    public static CliProcess Start(string program, string[] arguments, params (string Name, string Value)[] environment) => Start(Deadline, program, arguments, environment);

    private static CliProcess Start(TimeSpan deadline, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = RepositoryPaths.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(deadline))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {deadline}.");
        }

        return new CliProcess(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Asserts the exit code and that the error is one line without a stack trace.</summary>
    public CliProcess FailsWith(int code, string message)
    {
        Assert.True(code == ExitCode, $"exit code {ExitCode}, expected {code}; error output:\n{Error}");
        Assert.Contains(message, Error);
        Assert.DoesNotContain("   at ", Error);
        return this;
    }

    /// <summary>Asserts that all went well.</summary>
    public CliProcess Succeeds()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}; error output:\n{Error}");
        Assert.Equal("", Error);
        return this;
    }
}
