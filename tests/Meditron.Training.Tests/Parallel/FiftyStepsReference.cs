using Meditron.Llama;
using Meditron.Training.Optimization;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parallel;

/// <summary>What the trainer of one process ends with after fifty steps, on one thread.</summary>
public sealed class FiftyStepsReference
{
    public const int Steps = 50;

    private readonly Dictionary<Precision, LayoutResult> results = [];

    /// <summary>Its products and updates are large enough to be divided among threads.</summary>
    internal static LlamaConfig Model { get; } = new()
    {
        VocabularySize = 125, HiddenSize = 64, Layers = 4, Heads = 4, KvHeads = 4, FfnSize = 160, MaxPositions = 32, MakeVocabularySizeDivisibleBy = 16,
    };

    internal static TrainerOptions Options(Precision precision) => new()
    {
        Steps = Steps,
        MicroBatch = 2,
        GlobalBatch = 16,
        SequenceLength = 32,
        Precision = precision,
        EvalBatches = 4,
        LearningRate = new LearningRateSchedule(3e-3, 1e-4, 5, Steps, DecayStyle.Cosine),
    };

    internal LayoutResult Of(Precision precision)
    {
        if (!results.TryGetValue(precision, out var result))
        {
            results[precision] = result = new LayoutRun(Model, Options(precision)) { Steps = Steps }.RunSingle();
        }

        return result;
    }
}
