using System.Text.RegularExpressions;
using Meditron.Testing;

namespace Meditron.Cli.Tests;

public class DataCommandTests : IDisposable
{
    private const string Sample = "data/sample/*.jsonl";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_sample_goes_through_tokenizer_training_tokenizing_and_inspection()
    {
        var model = folder.File("made", "t.model");
        var trained = CliProcess.Run("data", "train-tokenizer", Sample, "-o", model, "--vocabulary-size", "1000").Succeeds().Output;
        Assert.Matches(@"pieces\s+1,000", trained);
        Assert.Matches(@"special tokens\s+1,017", trained);

        var prefix = folder.File("set", "sample");
        var tokenized = CliProcess.Run("data", "tokenize", Sample, "-o", prefix, "-t", model, "--threads", "2").Succeeds().Output;
        var tokens = Regex.Match(tokenized, @"tokens\s+([0-9,]+) ").Groups[1].Value;
        Assert.True(File.Exists(prefix + "_text_document.bin") && File.Exists(prefix + "_text_document.idx"));
        CliProcess.Run("data", "tokenize", Sample, "-o", prefix + "1", "-t", model, "--threads", "1").Succeeds();
        Assert.Equal(File.ReadAllBytes(prefix + "_text_document.bin"), File.ReadAllBytes(prefix + "1_text_document.bin"));

        var inspected = CliProcess.Run("data", "inspect", prefix + "_text_document", "-t", model, "--samples", "2", "--verify").Succeeds().Output;
        Assert.Matches($@"tokens\s+{tokens} ", inspected);
        Assert.Matches(@"checksum\s+good", inspected);
        Assert.Equal(2, Regex.Count(inspected, @"^sequence \d+", RegexOptions.Multiline));

        var chat = folder.File("set", "chat");
        CliProcess.Run("data", "tokenize", Sample, "-o", chat, "-t", model, "--chat-tokens", "--no-eod").Succeeds();
        CliProcess.Run("data", "inspect", chat + "_text_document.idx", "-t", model).Succeeds();
    }

    [Fact]
    public void Missing_and_damaged_data_is_code_4()
    {
        File.WriteAllText(folder.File("bad.jsonl"), "{\"text\": \"one\"}\n{\"text\": ");
        File.WriteAllText(folder.File("field.jsonl"), "{\"body\": \"one\"}\n");
        File.WriteAllText(folder.File("no.model"), "not a model");
        var output = folder.File("out");
        CliProcess.Run("data", "train-tokenizer", folder.File("none.jsonl"), "-o", output).FailsWith(ExitCodes.Data, "there is no such file");
        CliProcess.Run("data", "train-tokenizer", folder.File("*.json"), "-o", output).FailsWith(ExitCodes.Data, "no file matches");
        CliProcess.Run("data", "train-tokenizer", folder.Path, "-o", output).FailsWith(ExitCodes.Data, "it is a folder");
        CliProcess.Run("data", "train-tokenizer", folder.File("bad.jsonl"), "-o", output).FailsWith(ExitCodes.Data, "bad.jsonl:2: ");
        CliProcess.Run("data", "train-tokenizer", folder.File("field.jsonl"), "-o", output).FailsWith(ExitCodes.Data, "there is no field \"text\"; the fields are \"body\"");
        CliProcess.Run("data", "tokenize", folder.File("field.jsonl"), "-o", output, "-t", folder.File("no.model")).FailsWith(ExitCodes.Data, "no.model: ");
        CliProcess.Run("data", "inspect", folder.File("nothing")).FailsWith(ExitCodes.Data, "there is no such file");
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void Output_that_cannot_be_written_is_code_7()
    {
        File.WriteAllText(folder.File("file"), "");
        CliProcess.Run("data", "train-tokenizer", Sample, "-o", folder.File("file", "t.model")).FailsWith(ExitCodes.InputOutput, "could not create the folder for the output");
    }
}
