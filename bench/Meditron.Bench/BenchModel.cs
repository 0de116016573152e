using Meditron.Llama;
using Meditron.Training;
using Meditron.Training.Optimization;
using Meditron.Training.Settings;

namespace Meditron.Bench;

/// <summary>The model and the step that the shape flags of the peer's <c>llama.py</c> describe.</summary>
internal static class BenchModel
{
    public static LlamaConfig Model(Flags flags) => new()
    {
        VocabularySize = flags.Int("vocab", 8192),
        HiddenSize = flags.Int("hidden", 512),
        Layers = flags.Int("layers", 8),
        Heads = flags.Int("heads", 8),
        KvHeads = flags.Int("kv-heads", 4),
        FfnSize = flags.Int("ffn", 1376),
        MaxPositions = flags.Int("seq", 512),
    };

    /// <summary>The step: <c>--batch</c> sequences a micro-batch, <c>--micro-batches</c> of them in all.</summary>
    public static TrainerOptions Options(Flags flags, int steps) => new()
    {
        Steps = steps,
        MicroBatch = flags.Int("batch", 4),
        GlobalBatch = flags.Int("batch", 4) * flags.Int("micro-batches", 1),
        SequenceLength = flags.Int("seq", 512),
        Precision = flags.Text("dtype", "fp32") == "bf16" ? Precision.Bf16 : Precision.Fp32,
        Recompute = Enum.Parse<Recompute>(flags.Text("recompute", "None"), ignoreCase: true),
        LearningRate = new LearningRateSchedule(3e-4, 3e-4, 0, 1, DecayStyle.Constant),
    };
}
