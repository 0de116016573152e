using System.Net;
using System.Net.Sockets;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>What does not fit together is refused before the first step, with both values and where they come from.</summary>
public sealed class JobRefusalTests : IDisposable
{
    private const string TwoRanks = "meditron.parallel.data=2";

    private readonly TestJob job = new();

    private static readonly (string Setting, string[] Why)[] Differences =
    [
        ("meditron.training.learning-rate=2e-3", ["the job refuses this worker: its optimizer is", "but the job's is", "(meditron.training on "]),
        ("meditron.model.layers=3", ["its model is", "(meditron.model on "]),
        ("meditron.data.tokenizer.vocabulary-size=590", ["its tokenizer is", "(meditron.data.tokenizer on "]),
        ("meditron.data.split=\"80,20,0\"", ["its data is", "(meditron.data on "]),
        ("meditron.parallel.pipeline=2", ["its layout is TP 1 x PP 2 x DP 2", "but the job's is TP 1 x PP 1 x DP 2", "(meditron.parallel on "]),
    ];

    [Fact]
    public async Task Workers_with_another_configuration_build_or_instruction_set_are_refused_with_both_values()
    {
        await using var seed = Node("seed", []);
        var address = await seed.WaitFor("waiting for 2 workers to join (akka.tcp://[^ ]+)");
        foreach (var (setting, why) in Differences)
        {
            await using var worker = Node("worker", Join(address), setting);
            await worker.FailsWith(ExitCodes.Configuration, why);
        }

        await using (var baseline = Node("worker", Join(address), [("MEDITRON_ISA", "baseline")]))
        {
            await baseline.FailsWith(ExitCodes.Configuration, "its instruction set is baseline (the processor, or MEDITRON_ISA on ", "but the job's is ");
        }

        using var other = new TemporaryFolder();
        CopyProgram(other.Path);
        await File.AppendAllTextAsync(other.File("libmeditron_torch.so"), "another build");
        await using (var rebuilt = Node("worker", Join(address), [], program: other.File("meditron.dll")))
        {
            await rebuilt.FailsWith(ExitCodes.Configuration, "its native libraries is", $"(the build in {other.Path}", $"but the job's is");
        }

        Assert.Contains("worker-refused", await File.ReadAllTextAsync(job.Run.Events), StringComparison.Ordinal);
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await seed.Exited());
    }

    [Fact]
    public async Task A_job_whose_workers_have_all_ended_for_good_ends_with_their_code_and_why()
    {
        // The workers read an empty configuration, which names no inputs.
        Directory.CreateDirectory(job.Run.Path);
        File.CreateSymbolicLink(job.Run.Configuration, "/dev/null");
        await using var train = job.Train(TwoRanks);
        await train.FailsWith(ExitCodes.Configuration, "all 2 workers of the job have ended, and none is started again (exit codes 3): the last lines of ", "worker-0.log say why");
    }

    [Fact]
    public async Task A_seed_that_too_few_workers_join_ends_with_what_was_missing()
    {
        await using var seed = Node("seed", [], "meditron.parallel.workers-timeout=3s");
        await seed.FailsWith(ExitCodes.Cluster, "TP 1 x PP 1 x DP 2 needs 2 workers, and too few have joined akka.tcp://", "meditron.parallel.workers-timeout");
    }

    [Fact]
    public async Task A_worker_whose_seed_is_unreachable_says_which_with_code_8()
    {
        await using var worker = Node("worker", Join($"akka.tcp://meditron@127.0.0.1:{FreePort()}"), "akka.cluster.shutdown-after-unsuccessful-join-seed-nodes=8s");
        await worker.FailsWith(ExitCodes.Cluster, "the node has not become a member of the cluster of akka.tcp://meditron@127.0.0.1:", "(akka.cluster.seed-nodes)", "nobody listens there");
    }

    [Fact]
    public async Task A_worker_without_seed_nodes_is_told_to_name_them()
    {
        await using var worker = Node("worker", []);
        await worker.FailsWith(ExitCodes.Configuration, "akka.cluster.seed-nodes is empty");
    }

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.port")]
    [InlineData("meditron.cmd.port")]
    public async Task A_seed_whose_port_is_in_use_says_which_with_code_8(string key)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var seed = Node("seed", [], $"{key}={port}");
        await seed.FailsWith(ExitCodes.Cluster, $"127.0.0.1:{port}: the port is in use", key);
    }

    [Fact]
    public async Task A_database_that_is_down_is_refused_at_the_start_without_its_password()
    {
        var connection = $"Host=127.0.0.1;Port={FreePort()};Username=meditron;Password=hush;Timeout=3";
        await using var seed = Node("seed", [], $"akka.persistence.journal.sql.connection-string=\"{connection}\"", "akka.persistence.journal.sql.provider-name=PostgreSQL");
        await seed.FailsWith(ExitCodes.Cluster, "the journal of the job cannot be used: ", "PostgreSQL at Host=127.0.0.1; Port=", "(akka.persistence.journal.sql.connection-string)", "Start the database");
        Assert.DoesNotContain("hush", seed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_of_another_model_is_refused_with_both_shapes()
    {
        await using (var train = job.Train("meditron.training.steps=2"))
        {
            Assert.Equal(ExitCodes.Ok, await train.Exited());
        }

        await using var other = job.Train(TwoRanks, "meditron.model.ffn-size=64");
        await other.FailsWith(ExitCodes.Checkpoint, "step-00000002", "128", "64");
        Assert.DoesNotContain("starting workers", other.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meditron.parallel.pipeline=3", "2 layers cannot be divided over 3 pipeline stages")]
    [InlineData("meditron.parallel.tensor=3", "heads cannot be divided over 3 tensor-parallel ranks")]
    [InlineData("meditron.parallel.data=8", "4 micro-batches (training.global-batch 8 / training.micro-batch 2) cannot be divided over 8 data-parallel ranks")]
    public async Task A_layout_that_does_not_divide_model_or_batch_is_refused(string setting, string why)
    {
        await using var train = job.Train(setting);
        await train.FailsWith(ExitCodes.Configuration, why);
    }

    public void Dispose() => job.Dispose();

    private static string[] Join(string address) => [$"akka.cluster.seed-nodes=[\"{address}\"]"];

    private MeditronProcess Node(string role, string[] join, params string[] settings) => Node(role, join, [], settings);

    private MeditronProcess Node(string role, string[] join, (string, string)[] environment, string[]? settings = null, string? program = null) => MeditronProcess.Start(
        environment, "dotnet", [program ?? Path.Combine(AppContext.BaseDirectory, "meditron.dll"), "node", "--role", role, "--plain", .. job.Options([TwoRanks, "meditron.model.vocabulary-size=640", .. join, .. settings ?? []])]);

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Copies the program, without what only other machines need.</summary>
    private static void CopyProgram(string target)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(AppContext.BaseDirectory, file);
            if (!relative.Contains("Tests", StringComparison.Ordinal) && (!relative.StartsWith("runtimes", StringComparison.Ordinal) || relative.StartsWith("runtimes/linux-x64", StringComparison.Ordinal)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, relative))!);
                File.Copy(file, Path.Combine(target, relative));
            }
        }
    }
}
