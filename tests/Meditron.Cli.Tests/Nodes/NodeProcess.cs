using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Nodes;

/// <summary>A <c>meditron node</c> that runs as a process of its own.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly ManualResetEventSlim news = new();
    private readonly Task<string> errors;

    private NodeProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) =>
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "(end)");
                news.Set();
            }
        };
        process.BeginOutputReadLine();
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>The port that it serves commands on.</summary>
    public string Cmd => $"127.0.0.1:{WaitFor(@"Commands are served on 127\.0\.0\.1:(\d+)")}";

    /// <summary>Its address in the cluster.</summary>
    public string Address => WaitFor(@"Remoting listens at (akka\.tcp://[^,\s]+)");

    /// <summary>Starts a node with a configuration and further settings, on free ports.</summary>
    public static NodeProcess Start(params string[] settings)
    {
        string[] all = ["akka.remote.dot-netty.tcp.port=0", "meditron.cmd.port=0", .. settings];
        return StartCommand(["node", .. all.SelectMany(setting => new[] { "-c", setting })]);
    }

    /// <summary>Starts any command of the program.</summary>
    public static NodeProcess StartCommand(params string[] arguments)
    {
        // Programs that run in the background ignore this signal.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. arguments])
        {
            WorkingDirectory = RepositoryPaths.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>Waits for a line of the log and gives the first group of it.</summary>
    public string WaitFor(string pattern)
    {
        var watch = Stopwatch.StartNew();
        for (var seen = 0; ;)
        {
            news.Reset();
            lock (lines)
            {
                for (; seen < lines.Count; seen++)
                {
                    if (Regex.Match(lines[seen], pattern) is { Success: true } match)
                    {
                        return match.Groups[^1].Value;
                    }
                }
            }

            var left = Deadline - watch.Elapsed;
            Assert.True(left > TimeSpan.Zero && !(process.HasExited && lines.Contains("(end)")), $"'{pattern}' did not come; output:\n{Output}\n{(errors.IsCompleted ? errors.Result : "")}");
            news.Wait(left > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left);
        }
    }

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        Assert.True(kill.WaitForExit(Deadline));
    }

    /// <summary>Waits for the end; gives exit code and error output.</summary>
    public (int ExitCode, string Error) WaitForEnd()
    {
        Assert.True(process.WaitForExit(Deadline), $"The node did not end; output:\n{Output}");
        process.WaitForExit();
        return (process.ExitCode, errors.GetAwaiter().GetResult());
    }

    /// <summary>What it has logged.</summary>
    public string Output
    {
        get
        {
            lock (lines)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
        news.Dispose();
    }
}
