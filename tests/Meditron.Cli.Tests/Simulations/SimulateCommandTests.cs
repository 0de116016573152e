using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Meditron.Cli.Jobs;
using Meditron.Cli.Tests.Nodes;
using Meditron.Testing;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Simulations;

public class SimulateCommandTests
{
    [Fact]
    public void A_seed_gives_the_same_bytes_in_two_processes_on_the_screen_and_in_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("logs", "seed.log");
        var summary = CliProcess.Run("simulate", "--seed", "7", "--log", file).Succeeds().Output;
        var screen = CliProcess.Run("simulate", "--seed", "7");
        Assert.Equal(0, screen.ExitCode);
        Assert.Equal(File.ReadAllText(file), screen.Output);

        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        Assert.Contains($"log sha256 {hash}, nothing violated", summary);
        Assert.Equal(summary, screen.Error);
        Assert.Contains("scenario cluster, seed 7", screen.Output.Split('\n')[0]);
        Assert.True(screen.Output.Length > 10_000);
    }

    [Fact]
    public void Many_seeds_are_played_and_one_that_violates_something_can_be_replayed()
    {
        Assert.Matches(@"\n4 seeds in .* 0 violations, all below 8 done; ", CliProcess.Run("simulate", "--seeds", "4..7", "--jobs", "2").Succeeds().Output);

        var found = CliProcess.Run("simulate", "--seeds", "10", "--bug", "TombstonesForgotten");
        Assert.Equal(ExitCodes.Violation, found.ExitCode);
        var violation = Regex.Match(found.Output, @"VIOLATION seed (\d+): a removed incarnation never comes back: (.*)\n  meditron (.*)\n");
        Assert.True(violation.Success, found.Output);
        var replayed = CliProcess.Run([.. violation.Groups[3].Value.Trim().Split(' ')]);
        Assert.Equal(ExitCodes.Violation, replayed.ExitCode);
        Assert.Contains($"VIOLATION a removed incarnation never comes back: {violation.Groups[2].Value.Trim()}", replayed.Error);
        Assert.Contains("VIOLATION a removed incarnation never comes back", replayed.Output);
    }

    [Fact]
    public void An_interrupted_run_ends_with_a_summary_and_the_command_that_goes_on()
    {
        using var run = NodeProcess.StartCommand("simulate", "--seeds", "1000000", "--jobs", "1");
        run.WaitFor("Playing seeds 1..1000000 of cluster, 1 at a time");
        run.Signal("INT");
        var next = ulong.Parse(run.WaitFor(@"To go on: meditron simulate --scenario cluster --seeds (\d+)\.\.1000000"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(ExitCodes.Interrupted, run.WaitForEnd().ExitCode);
        Assert.InRange(next, 1UL, 100_000UL);
    }

    [Fact]
    public void A_seed_whose_process_ends_is_told_of_and_the_others_are_played()
    {
        using var run = NodeProcess.StartCommand("simulate", "--seeds", "1000000", "--jobs", "1");
        run.WaitFor("seeds in .* 0 violations");
        Assert.True(RunningProcess.Send(ChildOf(run.Id), 9));
        var seed = run.WaitFor(@"VIOLATION seed (\d+): the process that plays it goes on: process \d+ has ended with code 137");
        run.WaitFor($"meditron simulate --scenario cluster --seed {seed}$");
        run.WaitFor("seeds in .* 1 violations");
        run.Signal("INT");
        run.WaitFor("To go on: ");
        Assert.Equal(ExitCodes.Violation, run.WaitForEnd().ExitCode);
    }

    [Theory]
    [InlineData("simulate", "give either --seed N, to replay one schedule, or --seeds")]
    [InlineData("simulate|--seed|1|--seeds|2", "give either --seed N, to replay one schedule, or --seeds")]
    [InlineData("simulate|--seed|-1", "-1")]
    [InlineData("simulate|--seeds|0", "allowed is a count of at least 1, or FROM..TO")]
    [InlineData("simulate|--seeds|9..8", "allowed is a count of at least 1, or FROM..TO")]
    [InlineData("simulate|--seeds|a..b", "allowed is a count of at least 1, or FROM..TO")]
    [InlineData("simulate|--seeds|5|--jobs|0", "--jobs must be at least 1")]
    [InlineData("simulate|--seed|5|--jobs|1", "--jobs goes with --seeds only")]
    [InlineData("simulate|--seeds|5|--log|-", "--log goes with --seed only")]
    [InlineData("simulate|--seed|5|--scenario|tempest", "There is no scenario 'tempest'; there are cluster, pauses")]
    [InlineData("simulate|--seed|5|--bug|Moth", "There is no planted bug 'Moth'; there are HandOverBeforeStop, ")]
    public void A_wrong_command_line_names_what_is_allowed(string arguments, string message) =>
        CliProcess.Run(arguments.Split('|')).FailsWith(ExitCodes.Usage, message);

    [Fact]
    public void A_log_that_cannot_be_written_is_code_7() =>
        CliProcess.Run("simulate", "--seed", "5", "--log", "/proc/none/seed.log").FailsWith(ExitCodes.InputOutput, "/proc/none");

    private static int ChildOf(int parent) => Directory.GetDirectories("/proc").Select(Path.GetFileName).Select(name => int.TryParse(name, out var id) ? id : 0).Single(id => id > 0 && Ancestry.ParentOf(id) == parent);
}
