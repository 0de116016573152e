using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Meditron.Testing;

namespace Meditron.Cli.Tests;

/// <summary>Training, generating and checkpoints through the command line, on a model small enough for a test.</summary>
public class TrainingCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string[] Train(params string[] further) => Named("test", further);

    private string[] Named(string name, params string[] further) =>
    [
        "train", "--no-peak", "--name", name, "--config", Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf"),
        "-c", $"meditron.run.folder={folder.Path}", .. further,
    ];

    private string Checkpoint(int step) => folder.File("test", "checkpoints", $"step-{step:D8}");

    private static Match[] Steps(string output) => [.. Regex.Matches(output, @"^step (\d+)/(\d+)  loss ([0-9.]+)", RegexOptions.Multiline).Cast<Match>()];

    [Fact]
    public void A_run_trains_resumes_generates_and_is_exported_and_imported()
    {
        var first = CliProcess.Run(Train("-c", "meditron.training.steps=6")).Succeeds().Output;
        Assert.Equal(6, Steps(first).Length);
        Assert.Contains("validation loss", first);
        Assert.Contains("unigram entropy", first);
        Assert.True(Directory.Exists(Checkpoint(6)));
        var chart = XDocument.Load(folder.File("test", "loss.svg"));
        Assert.Contains(chart.Descendants(), element => (string?)element.Attribute("class") == "train");

        var second = CliProcess.Run(Train("-c", "meditron.training.steps=8")).Succeeds().Output;
        Assert.Equal(["7", "8"], Steps(second).Select(step => step.Groups[1].Value));
        Assert.Contains("resume", second);
        Assert.Equal(8, File.ReadAllLines(folder.File("test", "metrics.jsonl")).Length);

        var listed = CliProcess.Run("checkpoint", "list", folder.File("test")).Succeeds().Output;
        Assert.Contains("step-00000008", listed);
        Assert.Contains(": good", CliProcess.Run("checkpoint", "verify", folder.File("test")).Succeeds().Output);

        string[] sampling = ["-p", "The patient", "-n", "8", "--temperature", "0"];
        var text = CliProcess.Run(["generate", folder.File("test"), .. sampling]).Succeeds().Output;
        Assert.StartsWith("The patient", text);

        var exported = folder.File("exported");
        CliProcess.Run("checkpoint", "export", folder.File("test"), "-o", exported).Succeeds();
        Assert.True(File.Exists(Path.Combine(exported, "tokenizer.model")));
        Assert.Equal(text, CliProcess.Run(["generate", exported, .. sampling]).Succeeds().Output);
        CliProcess.Run("checkpoint", "export", folder.File("test"), "-o", exported).FailsWith(ExitCodes.Checkpoint, "has something in it already");

        var config = Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf");
        CliProcess.Run("checkpoint", "import", exported, "--config", config, "-c", $"meditron.run.folder={folder.Path}", "-c", "meditron.run.name=again").Succeeds();
        Assert.Equal(text, CliProcess.Run(["generate", folder.File("again"), "-t", Path.Combine(exported, "tokenizer.model"), .. sampling]).Succeeds().Output);
        var imported = folder.File("again", "checkpoints", "step-00000000");
        var trained = CliProcess.Run(Named("again", "-c", $"meditron.model.from={exported}", "-c", $"meditron.checkpoint.resume={imported}", "-c", $"meditron.data.tokenizer.model={exported}/tokenizer.model", "-c", "meditron.training.steps=2")).Succeeds().Output;
        Assert.Equal(2, Steps(trained).Length);
        var start = double.Parse(Steps(first)[0].Groups[3].Value);
        Assert.True(double.Parse(Steps(trained)[0].Groups[3].Value) < start, $"the imported weights should begin below {start}");
    }

    [Fact]
    public void Ctrl_c_saves_a_checkpoint_and_the_same_command_goes_on()
    {
        // Programs that run in the background ignore the signal, and so would theirs.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. Train("-c", "meditron.training.steps=100000")])
        {
            WorkingDirectory = RepositoryPaths.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var kill = deadline.Token.Register(() => process.Kill());
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("step 2/"))
        {
        }

        using (var signal = Process.Start("kill", ["-INT", process.Id.ToString()]))
        {
            signal.WaitForExit();
        }

        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == ExitCodes.Ok, $"exit code {process.ExitCode}\n{output}\n{error}");
        Assert.Contains("stopping after this step", error);
        var step = int.Parse(Regex.Match(output, @"Interrupted after step (\d+) of 100000").Groups[1].Value);
        Assert.True(Directory.Exists(Checkpoint(step)));
        var again = CliProcess.Run(Train("-c", "meditron.training.steps=100000", "-c", $"meditron.training.steps={step + 1}")).Succeeds().Output;
        Assert.Equal([(step + 1).ToString()], Steps(again).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Data_that_does_not_fit_is_code_4_and_says_what_to_do()
    {
        var model = folder.File("t.model");
        var prefix = folder.File("set");
        CliProcess.Run("data", "train-tokenizer", "data/sample/*.jsonl", "-o", model, "--vocabulary-size", "600").Succeeds();
        CliProcess.Run("data", "tokenize", "data/sample/abstracts.jsonl", "-o", prefix, "-t", model).Succeeds();
        string[] data = ["-c", $"meditron.data.inputs=[{prefix}_text_document]", "-c", $"meditron.data.tokenizer.model={model}"];
        CliProcess.Run(Train([.. data, "-c", "meditron.model.vocabulary-size=500"])).FailsWith(ExitCodes.Data, "The tokenizer has 617 tokens, but the model's vocabulary has 500");
        CliProcess.Run(Train([.. data, "-c", "meditron.model.max-positions=100000", "-c", "meditron.training.sequence-length=90000", "-c", "meditron.training.micro-batch=1"])).FailsWith(ExitCodes.Data, "90001 are needed for one");

        var index = File.ReadAllBytes($"{prefix}_text_document.idx");
        index[60] ^= 4;
        File.WriteAllBytes($"{prefix}_text_document.idx", index);
        CliProcess.Run(Train(data)).FailsWith(ExitCodes.Data, "the index is damaged");

        File.WriteAllText(folder.File("empty.jsonl"), "");
        CliProcess.Run(Train("-c", $"meditron.data.inputs=[{folder.File("empty.jsonl")}]")).FailsWith(ExitCodes.Data, "the file is empty");
    }

    [Fact]
    public void Bad_input_has_its_code_and_leaves_earlier_checkpoints()
    {
        CliProcess.Run(Train("-c", "meditron.training.steps=2")).Succeeds();
        CliProcess.Run(Train("-c", "meditron.data.inputs=[\"none.jsonl\"]")).FailsWith(ExitCodes.Data, "none.jsonl");
        CliProcess.Run(Train("-c", "meditron.data.inputs=[]")).FailsWith(ExitCodes.Configuration, "meditron.data.inputs is empty");
        CliProcess.Run(Train("-c", "meditron.model.layers=3")).FailsWith(ExitCodes.Checkpoint, "another model");
        CliProcess.Run(Train("-c", "meditron.checkpoint.resume=never")).FailsWith(ExitCodes.Checkpoint, "never");
        CliProcess.Run(Train("-c", "meditron.data.text-field=body")).FailsWith(ExitCodes.Data, "no field \"body\"");
        CliProcess.Run(Named("big", "-c", "meditron.model.hidden-size=8192", "-c", "meditron.model.layers=1000")).FailsWith(ExitCodes.OutOfMemory, "MiB");
        CliProcess.Run("generate", folder.File("nothing"), "-p", "x").FailsWith(ExitCodes.Checkpoint, "There is no run");
        Assert.Contains(": good", CliProcess.Run("checkpoint", "verify", folder.File("test")).Succeeds().Output);

        var shard = Directory.GetFiles(Checkpoint(2), "*.safetensors")[0];
        var bytes = File.ReadAllBytes(shard);
        bytes[^5] ^= 1;
        File.WriteAllBytes(shard, bytes);
        var damaged = CliProcess.Run("checkpoint", "verify", folder.File("test")).FailsWith(ExitCodes.Checkpoint, "1 of 1 checkpoints");
        Assert.Contains(Path.GetFileName(shard), damaged.Output);
        CliProcess.Run("generate", folder.File("test"), "-p", "x").FailsWith(ExitCodes.Checkpoint, "None of the 1 checkpoints");
    }
}
