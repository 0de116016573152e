using Meditron.Data;
using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Training.Optimization;
using Meditron.Training.Preparation;
using Meditron.Training.Settings;

namespace Meditron.Training.Runs;

/// <summary>From settings to the model and what its trainer does.</summary>
public static class RunModel
{
    /// <summary>The shape of the model, from the preset or the Hugging Face folder, with the tokenizer's vocabulary where none is set.</summary>
    /// <exception cref="LlamaConfigException">Sizes do not fit together.</exception>
    /// <exception cref="DataException">The tokenizer's vocabulary does not fit the model.</exception>
    public static LlamaConfig Resolve(MeditronSettings settings, PreparedData data)
    {
        var from = settings.Model.From;
        var model = from.Length > 0
            ? settings.Model.Over(HuggingFaceConfig.Load(from).Model)
            : settings.Model.ToLlama(data.VocabularySize);
        model.Validate();
        if (data.VocabularySize is { } tokens && tokens > model.VocabularySize)
        {
            throw new VocabularyMismatchException(
                $"The tokenizer has {tokens} tokens, but the model's vocabulary has {model.VocabularySize}"
                + (from.Length > 0 ? $" ({from})" : "")
                + $". Set meditron.model.vocabulary-size to at least {tokens}, or name the tokenizer that belongs to the model as meditron.data.tokenizer.model.");
        }

        if (data.VocabularySize is null && settings.Model.VocabularySize is null && from.Length == 0)
        {
            throw new VocabularyMismatchException(
                "The datasets do not say how many token ids their tokenizer has. Set meditron.model.vocabulary-size, or name the tokenizer as meditron.data.tokenizer.model.");
        }

        return model;
    }

    /// <summary>What a step does.</summary>
    public static TrainerOptions TrainerOptions(MeditronSettings settings)
    {
        var training = settings.Training;
        return new TrainerOptions
        {
            Steps = training.Steps,
            MicroBatch = training.MicroBatch,
            GlobalBatch = training.GlobalBatch,
            SequenceLength = training.SequenceLength,
            Seed = (ulong)training.Seed,
            Precision = settings.Precision,
            Recompute = training.Recompute,
            EvalBatches = training.EvalBatches,
            Divergence = settings.Recovery.Divergence,
            LearningRate = new LearningRateSchedule(training.LearningRate, training.MinLearningRate, training.WarmupSteps, training.DecayEnd, training.DecayStyle),
            Optimizer = new AdamWOptions
            {
                Beta1 = training.Beta1,
                Beta2 = training.Beta2,
                Eps = training.Eps,
                WeightDecay = training.WeightDecay,
                ClipGrad = training.ClipGrad,
            },
        };
    }

    /// <summary>Reads the weights of a Hugging Face folder.</summary>
    /// <exception cref="HuggingFaceException">A file is missing or damaged, or its tensors do not fit the model.</exception>
    public static void LoadWeights(string from, ParameterStore parameters)
    {
        using var checkpoint = HuggingFaceCheckpoint.Open(from);
        checkpoint.Load(parameters.Layout, parameters.Master.Flat);
        parameters.RefreshCompute();
    }
}
