using System.Globalization;
using Meditron.Testing;
using Meditron.Training.Preparation;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests;

/// <summary>A run small enough for a test: a few documents, a tokenizer trained on them, a model of some ten thousand parameters.</summary>
internal sealed class TinyRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyRun()
    {
        Input = folder.File("corpus.jsonl");
        File.WriteAllLines(Input, Enumerable.Range(0, 120).Select(Document));
    }

    public string Folder => folder.Path;

    public string Input { get; }

    public RunFolder Run(string name = "test") => new(folder.File("runs", name));

    public LoadedSettings Settings(params string[] overrides)
    {
        string[] fixedOverrides =
        [
            "meditron.threads=1",
            "meditron.run.name=test",
            $"meditron.run.folder=\"{folder.File("runs")}\"",
            "meditron.model.hidden-size=32", "meditron.model.layers=2", "meditron.model.heads=4", "meditron.model.kv-heads=2", "meditron.model.ffn-size=48",
            "meditron.model.make-vocabulary-size-divisible-by=8",
            "meditron.training.steps=12", "meditron.training.micro-batch=2", "meditron.training.global-batch=4", "meditron.training.sequence-length=16",
            "meditron.training.warmup-steps=2", "meditron.training.learning-rate=1e-2", "meditron.training.min-learning-rate=1e-3",
            "meditron.training.eval-interval=6", "meditron.training.eval-batches=2",
            $"meditron.data.inputs=[\"{Input}\"]", "meditron.data.tokenizer.vocabulary-size=330", "meditron.data.split=\"90,10,0\"",
            "meditron.checkpoint.interval=4", "meditron.checkpoint.keep-last=2",
        ];
        return SettingsLoader.Load([], [.. fixedOverrides, .. overrides]);
    }

    public RunSummary Train(Action<StepReport>? onStep = null, CancellationToken stop = default, params string[] overrides) =>
        new TrainingRun(Settings(overrides), new Observer(onStep), TimeProvider.System).Run(stop);

    public void Dispose() => folder.Dispose();

    private static string Document(int index)
    {
        string[] subjects = ["The nurse", "A patient", "The clinic", "This study", "The team"];
        string[] verbs = ["measured", "recorded", "reviewed", "described", "compared"];
        string[] objects = ["the pulse", "a rash", "blood pressure", "sleep", "the diet"];
        var text = string.Join(' ', Enumerable.Range(0, 6).Select(sentence =>
            $"{subjects[(index + sentence) % 5]} {verbs[(index * 3 + sentence) % 5]} {objects[(index * 7 + sentence * 2) % 5]} on day {(index + sentence) % 30}."));
        return string.Create(CultureInfo.InvariantCulture, $"{{\"id\": \"{index}\", \"text\": \"{text}\"}}");
    }

    private sealed class Observer(Action<StepReport>? onStep) : ITrainingObserver
    {
        public void Preparing(PreparationProgress progress)
        {
        }

        public void Started(RunStart start)
        {
        }

        public void Stepped(StepReport report) => onStep?.Invoke(report);

        public void Happened(RunEvent happened)
        {
        }
    }
}
