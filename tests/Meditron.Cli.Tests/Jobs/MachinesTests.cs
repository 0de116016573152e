using Meditron.Testing;
using Meditron.Testing.Networks;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job over machines: network namespaces with addresses of their own, a seed in one, launchers of workers in others.</summary>
public sealed class MachinesTests : IDisposable
{
    private const string Secret = "a secret of this test";

    private readonly TestJob job = new();

    [NamespaceFact]
    public async Task A_seed_leads_workers_of_other_machines_and_all_of_them_end_with_the_job()
    {
        using var network = NamespaceNetwork.Create(3);
        await using var seed = Start(network, 1, "seed", "hocon/seed.conf");
        Assert.Equal($"akka.tcp://meditron@{NamespaceNetwork.AddressOf(1)}:4053", await seed.WaitFor("waiting for 2 workers to join (akka.tcp://[^ ]+)"));
        await using var first = Start(network, 2, "launcher", "hocon/worker.conf");
        await using var second = Start(network, 3, "launcher", "hocon/worker.conf");
        await seed.WaitFor("^step 5/");

        // A worker that is killed is started again by the launcher of its machine.
        var victim = job.Nodes.First(node => node.Role == "worker");
        Signals.Send(victim.Process, Signal.Kill);
        await seed.WaitFor("training with 2 workers, generation [2-9]");

        var leader = job.Nodes.First(node => node.Role == "seed").Commands!;
        Assert.Contains("stopping", InNamespace(network, 1, "cmd", leader, "train", "stop"), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await seed.Exited());
        Assert.Equal(ExitCodes.Ok, await first.Exited());
        Assert.Equal(ExitCodes.Ok, await second.Exited());
        Assert.Empty(job.Nodes);
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();

        // What a checkpoint keeps of the configuration holds no secret, and the run's own file is its owner's alone.
        Assert.DoesNotContain(Directory.EnumerateFiles(job.Run.Checkpoints, "manifest.json", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(Secret, StringComparison.Ordinal));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(job.Run.Configuration) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    public void Dispose() => job.Dispose();

    private MeditronProcess Start(NamespaceNetwork network, int host, string role, string configuration) => MeditronProcess.Start(
        [("MEDITRON_HOST", NamespaceNetwork.AddressOf(host)), ("MEDITRON_SEED", NamespaceNetwork.AddressOf(1)), ("MEDITRON_SECRET", Secret)],
        "ip",
        [
            "netns", "exec", network.NamespaceOf(host), "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "node", "--role", role, "--plain",
            "--config", Path.Combine(RepositoryPaths.Root, configuration), .. job.Options("meditron.parallel.data=2", "meditron.cmd.port=0", "meditron.node.workers=1", "meditron.device=cpu"),
        ]);

    private static string InNamespace(NamespaceNetwork network, int host, params string[] arguments) =>
        CliProcess.Start("ip", ["netns", "exec", network.NamespaceOf(host), "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. arguments]).Succeeds().Output;
}
