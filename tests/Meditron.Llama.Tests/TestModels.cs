using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama.Tests;

/// <summary>Small models with fixed weights and tokens.</summary>
internal static class TestModels
{
    public static LlamaConfig Config(bool tied = false) => new()
    {
        VocabularySize = 53, HiddenSize = 48, Layers = 3, Heads = 6, KvHeads = 2, FfnSize = 80, MaxPositions = 64, TieEmbeddings = tied,
        MakeVocabularySizeDivisibleBy = 16, InitStd = 0.2,
    };

    public static int[] Tokens(LlamaConfig config, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(config.VocabularySize))];
    }

    public static FlatViews Gradients(ParameterLayout layout) =>
        new(layout, torch.full([layout.Length], float.NaN, ScalarType.Float32, Device.CPU));

    /// <summary>The bits of every gradient, parameter by parameter, and the loss.</summary>
    public static (double Loss, Dictionary<string, float[]> Gradients) Run(LlamaConfig config, StageOptions options, IKernels kernels, int slot = 0, bool defer = false)
    {
        using var parameters = new ParameterStore(ParameterLayout.Create(config), options.Precision, Device.CPU, kernels);
        parameters.Initialize(7);
        using var stage = new LlamaStage(parameters, options, kernels);
        using var gradients = Gradients(parameters.Layout);
        stage.SetTokens(slot, Tokens(config, options.Tokens, 1));
        stage.SetTargets(slot, Tokens(config, options.Tokens, 2));
        stage.Forward(slot);
        var loss = stage.Loss(slot, gradients, out _);
        stage.Backward(slot, gradients, defer);
        if (defer)
        {
            stage.BackwardWeight(slot, gradients);
        }

        return (loss, Copy(gradients));
    }

    public static Dictionary<string, float[]> Copy(FlatViews views) =>
        views.Layout.Parameters.ToDictionary(parameter => parameter.Name, parameter => views[parameter.Name].data<float>().ToArray(), StringComparer.Ordinal);

    public static double RelativeError(float[] actual, float[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, size = 0;
        for (var index = 0; index < actual.Length; index++)
        {
            difference += Math.Pow(actual[index] - (double)expected[index], 2);
            size += Math.Pow(expected[index], 2);
        }

        return Math.Sqrt(difference) / Math.Max(Math.Sqrt(size), 1e-12);
    }
}
