using Meditron.Llama;
using Meditron.Torch;
using Meditron.Training.Optimization;

namespace Meditron.Training.Checkpoints;

/// <summary>The tensors of a training state under the names that checkpoints give them.</summary>
public static class CheckpointTensors
{
    /// <summary>Before the name of a first moment.</summary>
    public const string ExpAvg = "exp_avg.";

    /// <summary>Before the name of a second moment.</summary>
    public const string ExpAvgSq = "exp_avg_sq.";

    /// <summary>Master weights and both moments, in the model's canonical order.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Of(ParameterStore parameters, AdamWOptimizer optimizer)
    {
        var names = parameters.Layout.Canonical.Select(parameter => parameter.Name).ToList();
        return
        [
            .. names.Select(name => (name, parameters.Master[name])),
            .. names.Select(name => (ExpAvg + name, optimizer.ExpAvg[name])),
            .. names.Select(name => (ExpAvgSq + name, optimizer.ExpAvgSq[name])),
        ];
    }

    /// <summary>The master weights alone, as generation and export read them.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> OfWeights(ParameterStore parameters) =>
        [.. parameters.Layout.Canonical.Select(parameter => (parameter.Name, parameters.Master[parameter.Name]))];
}
