using System.Text.RegularExpressions;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A <c>meditron</c> that runs as a process of its own while a test looks at what it writes.</summary>
internal sealed class MeditronProcess : IAsyncDisposable
{
    /// <summary>How long anything may take; it matters on failure alone.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly LineProcess process;
    private readonly EventLog<string> lines;

    private MeditronProcess(LineProcess process, EventLog<string> lines)
    {
        this.process = process;
        this.lines = lines;
    }

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>What it wrote to standard output.</summary>
    public string Output => lines.Text();

    /// <summary>What it wrote to standard error.</summary>
    public string Error => process.Errors.Text();

    /// <summary>Starts meditron.</summary>
    public static MeditronProcess Start(params string[] arguments) => Start([], "dotnet", [Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. arguments]);

    /// <summary>Starts meditron with environment variables, or through another program.</summary>
    public static MeditronProcess Start((string Name, string Value)[] environment, string program, string[] arguments)
    {
        var output = new EventLog<string>(string.Join(' ', arguments.SkipWhile(argument => !argument.EndsWith(".dll", StringComparison.Ordinal)).Skip(1)));
        var started = LineProcess.Start(program, arguments, output.Add, environment);
        _ = started.Exited(Deadline * 10).ContinueWith(end => output.End(end.IsCompletedSuccessfully ? $"it ended with code {end.Result}" : "it was lost"), TaskScheduler.Default);
        return new MeditronProcess(started, output);
    }

    /// <summary>How many lines it has written to standard output: from here on one is new.</summary>
    public int Lines => lines.Count;

    /// <summary>Waits for a line that matches and gives its last group.</summary>
    /// <param name="pattern">What it matches.</param>
    /// <param name="from">The line to look from.</param>
    public async Task<string> WaitFor(string pattern, int from = 0)
    {
        try
        {
            var line = await lines.WaitFor(text => Regex.IsMatch(text, pattern), pattern, Deadline, from);
            return Regex.Match(line, pattern).Groups[^1].Value;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Error}", e);
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => process.Send(signal);

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> Exited() => process.Exited(Deadline);

    /// <summary>Waits for the end, and asserts the exit code and what it says why.</summary>
    public async Task FailsWith(int code, params string[] why)
    {
        var ended = await Exited();
        Assert.True(ended == code, $"exit code {ended}, expected {code}\n{Output}\n{Error}");
        Assert.All(why, part => Assert.Contains(part, Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
