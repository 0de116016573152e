using System.Globalization;
using System.Text.Json;
using Meditron.Testing;
using Meditron.Testing.Networks;
using Meditron.Testing.Processes;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>
/// A job over machines: each has a network, host name and processes of its own, and the file system in common. The first hosts the seed, the others launchers of
/// two workers each. A machine that is killed is gone with all of its processes at once.
/// </summary>
internal sealed class TestMachines : IAsyncDisposable
{
    /// <summary>Steps between two checkpoints.</summary>
    public const int CheckpointInterval = 20;

    private const string Secret = "a secret of this test";

    private readonly TestJob job = new();
    private readonly Dictionary<int, MeditronProcess> machines = [];
    private readonly List<MeditronProcess> drained = [];
    private readonly string[] settings;

    /// <summary>Starts a job.</summary>
    /// <param name="count">Machines, the seed's included.</param>
    /// <param name="settings">Settings of the job.</param>
    public TestMachines(int count, params string[] settings)
    {
        this.settings = settings;
        Network = NamespaceNetwork.Create(count);
        for (var machine = 1; machine <= count; machine++)
        {
            Start(machine);
        }
    }

    /// <summary>The network between them.</summary>
    public NamespaceNetwork Network { get; }

    /// <summary>The seed, whose output tells what the job does.</summary>
    public MeditronProcess Seed => machines[1];

    /// <summary>What happened, in order.</summary>
    public string Events => File.ReadAllText(job.Run.Events);

    /// <summary>Starts a machine's processes.</summary>
    public void Start(int machine)
    {
        var (role, configuration) = machine == 1 ? ("seed", "seed.conf") : ("launcher", "worker.conf");
        string[] program =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "node", "--role", role, "--plain", "--config", Path.Combine(RepositoryPaths.Root, "hocon", configuration), .. Options("job"),
        ];
        machines[machine] = MeditronProcess.Start(
            [("MEDITRON_HOST", NamespaceNetwork.AddressOf(machine)), ("MEDITRON_SEED", NamespaceNetwork.AddressOf(1)), ("MEDITRON_SECRET", Secret)],
            "ip",
            ["netns", "exec", Network.NamespaceOf(machine), .. Machine(machine), .. program]);
    }

    /// <summary>Kills machines with all of their processes.</summary>
    public async Task Kill(params int[] killed)
    {
        foreach (var machine in killed)
        {
            machines[machine].Send(Signal.Kill);
        }

        foreach (var machine in killed)
        {
            machines.Remove(machine, out var process);
            await process!.DisposeAsync();
        }
    }

    /// <summary>Tells a machine that it is about to end (SIGTERM to the first of its processes, whose child <c>unshare</c> has).</summary>
    /// <returns>Its output, and its exit code, which is that process's.</returns>
    public MeditronProcess Terminate(int machine)
    {
        machines.Remove(machine, out var process);
        drained.Add(process!);
        var children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process!.Id}/task/{process.Id}/children"));
        Signals.Send(int.Parse(children.Trim(), CultureInfo.InvariantCulture), Signal.Term);
        return process;
    }

    /// <summary>Cuts a machine off until the process is told to end.</summary>
    public MeditronProcess CutOff(int machine) =>
        MeditronProcess.Start("chaos", "--run", job.Run.Path, "--fault", "partition", "--namespace", Network.NamespaceOf(machine), "--interface", "eth0", "--seconds", "3600", "--every", "0");

    /// <summary>Waits until the job has taken some more steps, and gives the step.</summary>
    public async Task<int> Steps(int more)
    {
        var step = LastStep() + more;
        return int.Parse(await Seed.WaitFor($"^step ({string.Join('|', Enumerable.Range(step, 200))})/"), CultureInfo.InvariantCulture);
    }

    /// <summary>Stops the job, and checks that every step was recorded once and has the bits of a run that nothing happened to.</summary>
    public async Task StopAndCompare()
    {
        await Seed.WaitFor("^step ([2-9][0-9]|[0-9]{3,})/");
        var leader = job.Nodes.First(node => node.Role == "seed").Commands!;
        CliProcess.Start("ip", ["netns", "exec", Network.NamespaceOf(1), "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "cmd", leader, "train", "stop"], ("MEDITRON_SECRET", Secret)).Succeeds();
        Assert.Equal(ExitCodes.Ok, await Seed.Exited());
        var last = LastStep();
        await using var whole = MeditronProcess.Start(["train", "--plain", "--no-peak", .. Options("whole"), "-c", "meditron.parallel.data=1"]);
        await whole.WaitFor($"^step {last}/");
        whole.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await whole.Exited());
        Assert.Equal(Metrics("whole").Take(last), Metrics("job"));
        var step = last / CheckpointInterval * CheckpointInterval;
        Assert.Equal(Bits("whole", step), Bits("job", step));
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in machines.Values.Concat(drained))
        {
            await process.DisposeAsync();
        }

        Network.Dispose();
        job.Dispose();
    }

    /// <summary>Makes a program the first process of a machine.</summary>
    private static string[] Machine(int machine) =>
    [
        "unshare", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
        string.Create(CultureInfo.InvariantCulture, $"echo machine{machine} > /proc/sys/kernel/hostname; exec \"$@\""), "machine",
    ];

    private string[] Options(string run) => job.Options(
    [
        "meditron.parallel.data=4", "meditron.cmd.port=0", "meditron.node.workers=2", "meditron.device=cpu", $"meditron.checkpoint.interval={CheckpointInterval}", "meditron.checkpoint.keep-last=0",
        $"meditron.run.name={run}", .. settings,
    ]);

    private string Folder(string run) => Path.Combine(Path.GetDirectoryName(job.Run.Path)!, run);

    /// <summary>The steps that are recorded so far: the lines that have their end.</summary>
    private int LastStep() => File.Exists(job.Run.Metrics) ? File.ReadAllText(job.Run.Metrics).Count(character => character == '\n') : 0;

    /// <summary>Step, loss and norm of every step, as they were written.</summary>
    private List<string> Metrics(string run)
    {
        var lines = File.ReadLines(Path.Combine(Folder(run), "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(line => line.GetProperty("step").GetInt32()));
        return [.. lines.Select(line => $"{line.GetProperty("step")} {line.GetProperty("loss")} {line.GetProperty("grad_norm")}")];
    }

    private string Bits(string run, int step) =>
        CheckpointBits.Hash(CheckpointReader.Open(new CheckpointStore(Path.Combine(Folder(run), "checkpoints")).List().Single(entry => entry.Step == step)));
}
