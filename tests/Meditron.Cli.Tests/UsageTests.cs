using Meditron.Testing;

namespace Meditron.Cli.Tests;

public class UsageTests
{
    [Fact]
    public void Help_lists_the_commands_and_the_exit_codes()
    {
        var help = CliProcess.Run("--help").Succeeds().Output;
        Assert.Contains("Exit codes: 0 done", help);
        foreach (var command in new[] { "data", "config", "info" })
        {
            Assert.Contains($"\n  {command} ", help);
        }

        Assert.Equal(help, CliProcess.Run().Succeeds().Output);
        Assert.Contains("train-tokenizer", CliProcess.Run("data").Succeeds().Output);
    }

    [Theory]
    [InlineData("bogus", "'bogus'")]
    [InlineData("data|tokenize|x.jsonl", "Option '--output' is required.")]
    [InlineData("data|tokenize|x.jsonl|-o|p|-t|t|--threads|0", "--threads must be at least 1")]
    [InlineData("data|train-tokenizer|x.jsonl|-o|p|--vocabulary-size|many", "many")]
    [InlineData("data|train-tokenizer|x.jsonl|-o|p|--vocabulary-size|100", "at least 300")]
    [InlineData("config|--nonsense", "--nonsense")]
    public void A_wrong_command_line_is_code_2_and_points_to_the_help(string arguments, string message) =>
        Assert.Contains("--help'.", CliProcess.Run(arguments.Split('|')).FailsWith(ExitCodes.Usage, message).Error);

    [Fact]
    public void Config_prints_what_the_settings_come_to()
    {
        var output = CliProcess.Run("config", "--config", "hocon/demo.conf", "-c", "meditron.training.steps=77").Succeeds().Output;
        Assert.Contains("steps = 77", output);
        Assert.Contains("name = demo", output);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.conf"), output);
        Assert.Equal(output, CliProcess.Run("config", "--config", folder.File("config.conf")).Succeeds().Output);
        Assert.Contains("# Peak learning rate", CliProcess.Run("config", "--reference").Succeeds().Output);
    }

    [Fact]
    public void A_wrong_configuration_is_code_3()
    {
        CliProcess.Run("config", "-c", "meditron.training.stpes=4").FailsWith(ExitCodes.Configuration, "The nearest one is meditron.training.steps.");
        CliProcess.Run("config", "--config", "hocon/none.conf").FailsWith(ExitCodes.Configuration, "hocon/none.conf does not exist");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("bad.conf"), "meditron {\n  training { steps = = 5 }\n}");
        CliProcess.Run("config", "--config", folder.File("bad.conf")).FailsWith(ExitCodes.Configuration, "bad.conf, line 2, column 22: ");
    }

    [Fact]
    public void Debug_shows_the_stack_trace() =>
        Assert.Contains("   at Meditron.", CliProcess.Run("config", "--debug", "-c", "meditron.x=1").Error);

    [Fact]
    public void Info_shows_machine_and_versions()
    {
        var output = CliProcess.Run("info", "--no-peak").Succeeds().Output;
        foreach (var name in new[] { "meditron", "runtime", "processor", "memory", "instructions", "libtorch", "devices" })
        {
            Assert.Contains(name, output);
        }

        Assert.DoesNotContain("GFLOP/s", output);
        Assert.Contains("GFLOP/s", CliProcess.Run("info", "--threads", "1").Succeeds().Output);
    }

    [Fact]
    public void The_script_runs_the_program_from_any_folder()
    {
        var script = Path.Combine(RepositoryPaths.Root, "scripts", "meditron");
        var result = CliProcess.Start("bash", ["-c", $"cd / && '{script}' config --reference"], ("MEDITRON_NO_BUILD", "1"));
        Assert.Contains("# Peak learning rate", result.Succeeds().Output);
    }
}
