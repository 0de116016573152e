using System.Diagnostics;
using Meditron.Cli.Jobs;
using Meditron.Testing;
using Meditron.Testing.Processes;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Runs;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>Processes of this program that are forked from one that has libtorch loaded.</summary>
public sealed class ForkServerTests : IDisposable
{
    private const int Sigkill = 9;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly string[] Endless = ["simulate", "--scenario", "training", "--seeds", "1..1000000", "--jobs", "1"];

    private readonly TemporaryFolder folder = new();
    private readonly List<int> started = [];
    private readonly ForkServer server;

    public ForkServerTests() => server = ForkServer.Create(folder.File("forkserver.log"))!;

    [Fact]
    public async Task A_process_is_the_program_with_its_arguments_its_output_and_its_exit_code()
    {
        await Ready();
        Assert.Equal(ExitCodes.Ok, (await Run("--help")).Code);
        Assert.Contains("simulate", File.ReadAllText(folder.File("output.log")), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await Run("node", "--role", "nobody")).Code);
        Assert.Contains("nobody", File.ReadAllText(folder.File("output.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_killed_is_told_of_and_looks_like_one_that_was_started()
    {
        await Ready();
        var (process, ended) = Start(Endless);
        Assert.StartsWith(string.Join('\0', DetachedProcess.CommandLine(Endless)), File.ReadAllText($"/proc/{process}/cmdline"), StringComparison.Ordinal);
        Assert.True(OwnProgram.IsRunBy(File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.FullName));
        Assert.True(RunningProcess.Send(process, Sigkill));
        Assert.Equal(128 + Sigkill, (await ended.WaitAsync(Deadline)).Code);
    }

    [Fact]
    public async Task What_a_killed_server_has_started_runs_on_and_another_one_takes_its_place()
    {
        await Ready();
        var (process, ended) = Start(Endless);
        var first = server.Id!.Value;
        Assert.True(RunningProcess.Send(first, Sigkill));
        Assert.Equal(process, (await ended.WaitAsync(Deadline)).Lost);
        using (var running = Process.GetProcessById(process))
        {
            Assert.Null(server.Start(["--help"], folder.File("output.log"), _ => { }, _ => { }));
            await Ready();
            Assert.NotEqual(first, server.Id);
            Assert.Equal(ExitCodes.Ok, (await Run("--help")).Code);
            Assert.False(running.HasExited);
            running.Kill();
            Assert.True(running.WaitForExit(Deadline));
        }
    }

    [Fact]
    public async Task A_server_that_cannot_be_had_starts_nothing()
    {
        using var broken = new ForkServer(OwnProgram.ForkServerPath, folder.File("no-such-library"), folder.File("forkserver.log"));
        Assert.False(await broken.Prepare().WaitAsync(Deadline));
        Assert.Null(broken.Start(["--help"], folder.File("output.log"), _ => { }, _ => { }));
        Assert.Contains("no-such-library", File.ReadAllText(folder.File("forkserver.log")), StringComparison.Ordinal);

        using var none = new ForkServer(folder.File("no-such-program"), "", folder.File("forkserver.log"));
        Assert.False(await none.Prepare());
        Assert.Null(none.Start(["--help"], folder.File("output.log"), _ => { }, _ => { }));
    }

    [Fact]
    public async Task A_worker_whose_forked_process_ends_at_once_is_started_by_itself_the_next_time()
    {
        await Ready();

        // A configuration that never comes: each process waits for it until it is killed.
        using (var made = Process.Start("mkfifo", folder.File("never.conf")))
        {
            Assert.True(made.WaitForExit(Deadline));
        }

        var run = new RunFolder(folder.File("run"));
        Directory.CreateDirectory(run.Nodes);
        var workers = new WorkerProcesses(run, "test", "launcher", folder.File("never.conf"), () => [], ["cpu"], folder.File("logs"), TimeProvider.System, server);
        List<bool> forked = [];
        for (var start = 0; start < 3; start++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var worker = workers.Start(0, standby: false, _ => ended.TrySetResult());
            started.Add(worker.Id);
            forked.Add(Ancestry.ParentOf(worker.Id) == server.Id);
            worker.Kill();
            await ended.Task.WaitAsync(Deadline);
        }

        Assert.Equal([true, false, true], forked);
    }

    public void Dispose()
    {
        // None that ended, whose id may be another's by now.
        foreach (var process in started.Where(process => JobNode.Announced("", process, null) is not null && OwnProgram.IsRunBy(File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.FullName)))
        {
            Signals.TrySend(process, Signal.Kill);
        }

        server.Dispose();
        folder.Dispose();
    }

    private async Task Ready() =>
        Assert.True(await server.Prepare().WaitAsync(Deadline), File.Exists(folder.File("forkserver.log")) ? File.ReadAllText(folder.File("forkserver.log")) : "no server was started");

    private Task<(int Code, int Lost)> Run(params string[] arguments) => Start(arguments).Ended.WaitAsync(Deadline);

    private (int Process, Task<(int Code, int Lost)> Ended) Start(params string[] arguments)
    {
        var ended = new TaskCompletionSource<(int, int)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = server.Start(arguments, folder.File("output.log"), code => ended.TrySetResult((code, 0)), lost => ended.TrySetResult((-1, lost)));
        started.Add(Assert.NotNull(process));
        return (process.Value, ended.Task);
    }
}
