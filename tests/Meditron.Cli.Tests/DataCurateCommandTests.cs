using Meditron.Testing;

namespace Meditron.Cli.Tests;

public class DataCurateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_sample_is_curated_and_trained_on()
    {
        var output = folder.File("corpus");
        string[] curate = ["data", "curate", "--config", "hocon/data/gap-replay.conf", "-c", $"meditron.data.output={output}"];
        var first = CliProcess.Run(curate).Succeeds().Output;
        Assert.Matches(@"read\s+146 documents in 4 files", first);
        Assert.Matches(@"replay\s+28 documents to train on, 0 held out", first);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(output, "report.html")));
        Assert.Contains("CC0-1.0", File.ReadAllText(Path.Combine(output, "datasheet.md")));

        var inspected = CliProcess.Run("data", "inspect", Path.Combine(output, "tokens", "train_text_document"), "-t", Path.Combine(output, "tokens", "tokenizer.model"), "--verify").Succeeds().Output;
        Assert.Matches(@"documents\s+142", inspected);

        Assert.Contains("is complete", CliProcess.Run(curate).Succeeds().Output);
        CliProcess.Run([.. curate, "-c", "meditron.data.curation.seed=9"]).FailsWith(ExitCodes.Data, "seed was 1234 and is 9");

        var trained = CliProcess.Run(
            "train", "--plain", "--config", "hocon/data/gap-replay-train.conf", "-c", $"meditron.data.inputs=[\"{output}/tokens/train_text_document\"]",
            "-c", $"meditron.data.tokenizer.model={output}/tokens/tokenizer.model", "-c", $"meditron.run.folder={folder.File("runs")}",
            "-c", "meditron.training.steps=3", "-c", "meditron.training.warmup-steps=1", "-c", "meditron.training.eval-interval=0", "-c", "meditron.training.micro-batch=2", "-c", "meditron.training.global-batch=2",
            "-c", "meditron.training.sequence-length=64");
        Assert.True(trained.ExitCode == 0, trained.Error);
    }

    [Fact]
    public void One_step_runs_alone()
    {
        CliProcess.Run("data", "curate", "--config", "hocon/data/gap-replay.conf", "-c", $"meditron.data.output={folder.File("one")}", "--step", "exact-duplicates").Succeeds();

        Assert.True(File.Exists(folder.File("one", "report.json")));
        Assert.False(Directory.Exists(folder.File("one", "tokens")));
    }

    [Fact]
    public void A_slip_in_the_settings_is_code_3_and_a_missing_source_is_code_4()
    {
        string[] curate = ["data", "curate", "--config", "hocon/data/gap-replay.conf", "-c", $"meditron.data.output={folder.File("bad")}"];
        CliProcess.Run([.. curate, "-c", "meditron.data.curation.near-duplicates.treshold=0.5"]).FailsWith(ExitCodes.Configuration, "near-duplicates.threshold");
        CliProcess.Run([.. curate, "-c", "meditron.data.input=nowhere"]).FailsWith(ExitCodes.Data, "guidelines.jsonl");
    }

    [Fact]
    public void Conversations_become_tokens_and_roles()
    {
        File.WriteAllText(folder.File("chat.jsonl"), "{\"question\": \"What is fever?\", \"answer\": \"A high temperature.\"}\n");
        CliProcess.Run("data", "train-tokenizer", "data/sample/*.jsonl", "-o", folder.File("t.model"), "--vocabulary-size", "1000").Succeeds();

        var output = CliProcess.Run("data", "instruct", folder.File("chat.jsonl"), "-o", folder.File("chat"), "-t", folder.File("t.model")).Succeeds().Output;

        Assert.Matches(@"conversations\s+1", output);
        Assert.True(File.Exists(folder.File("chat-text.idx")) && File.Exists(folder.File("chat-role.idx")));
    }
}
