namespace Meditron.Cli.Tests;

/// <summary><c>meditron plan</c> as a user runs it.</summary>
public class PlanCommandTests
{
    private static readonly string[] Paper = ["plan", "--config", "hocon/meditron-70b.conf", "--nodes", "16", "--gpus-per-node", "8"];

    [Fact]
    public void A_layout_is_shown_with_its_memory_traffic_and_speed_and_the_reasoning()
    {
        var output = CliProcess.Run(Paper).Succeeds().Output;
        Assert.Contains("TP 8 x PP 8 x DP 2: 128 ranks on 16 x 8 a100-80gb", output, StringComparison.Ordinal);
        Assert.Matches("stage 7 +layers 70 to 79, output: [0-9.]+ GB of 81.6 GB = weights ", output);
        Assert.Contains("5.2 %: (8 - 1) / (128 + 8 - 1)", output, StringComparison.Ordinal);
        Assert.Matches("tensor link +[0-9.]+ TB a rank and step within a node at 270 GB/s", output);
        Assert.Matches("speed +4[0-9],[0-9]{3} tokens/s", output);
    }

    [Fact]
    public void A_layout_that_does_not_fit_is_refused_with_a_near_one_that_does() =>
        CliProcess.Run([.. Paper, "-c", "meditron.parallel.pipeline=1", "-c", "meditron.parallel.data=16"]).FailsWith(ExitCodes.Configuration, "A near layout that works: TP 8 x PP 8 x DP 2");

    [Fact]
    public void More_ranks_than_devices_are_refused() =>
        CliProcess.Run("plan", "--config", "hocon/meditron-70b.conf", "--nodes", "2", "--gpus-per-node", "8").FailsWith(
            ExitCodes.Configuration, "TP 8 x PP 8 x DP 2 has 128 ranks (meditron.parallel), but 2 nodes of 8 devices are 16");

    [Fact]
    public void The_search_lists_the_best_layouts_and_shows_the_first_in_full()
    {
        var output = CliProcess.Run([.. Paper, "--search"]).Succeeds().Output;
        Assert.Contains("TP 8 x PP 8 x DP 2 | ", output, StringComparison.Ordinal);
        Assert.Contains("layouts over all 128 devices work", output, StringComparison.Ordinal);
        Assert.Contains("\nspeed ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processors_of_this_machine_are_measured() =>
        Assert.Contains("TP 1 x PP 2 x DP 2: 4 ranks on 1 x 4 cpu", CliProcess.Run("plan", "--config", "hocon/demo.conf", "--gpus-per-node", "4", "--device", "cpu").Succeeds().Output, StringComparison.Ordinal);
}
