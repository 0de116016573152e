using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Optimization;

/// <summary>AdamW (Loshchilov and Hutter 2019, algorithm 2) over a stage's flat buffers, with clipping by global norm.</summary>
public sealed class AdamWOptimizer : IDisposable
{
    private readonly IKernels kernels;
    private readonly ParameterStore parameters;
    private readonly AdamWOptions options;
    /// <summary>Allocates the moments, all zero.</summary>
    public AdamWOptimizer(ParameterStore parameters, AdamWOptions options, IKernels kernels)
    {
        this.parameters = parameters;
        this.options = options;
        this.kernels = kernels;
        var layout = parameters.Layout;
        ExpAvg = new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, parameters.Device));
        ExpAvgSq = new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, parameters.Device));
    }

    /// <summary>First moments.</summary>
    public FlatViews ExpAvg { get; }

    /// <summary>Second moments.</summary>
    public FlatViews ExpAvgSq { get; }

    /// <summary>Updates made so far; steps skipped for a non-finite gradient are not among them.</summary>
    public long Updates { get; set; }

    /// <summary>The global norm of the gradients times <paramref name="scale"/>, summed parameter by parameter in the model's canonical order.</summary>
    /// <returns>The norm, or a non-finite number where any gradient is not finite.</returns>
    public double GlobalNorm(FlatViews gradients, double scale)
    {
        double sum = 0;
        foreach (var parameter in parameters.Layout.Canonical)
        {
            sum += kernels.sum_squares(gradients[parameter.Name]);
        }

        return Math.Sqrt(sum) * scale;
    }

    /// <summary>Updates the weights once, and their compute copy.</summary>
    /// <param name="gradients">Summed gradients.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="scale">Factor that turns the sum into the mean.</param>
    /// <param name="norm">Global norm of the scaled gradients, from <see cref="GlobalNorm"/>.</param>
    public void Step(FlatViews gradients, double learningRate, double scale, double norm)
    {
        Updates++;
        var step = new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Eps, options.WeightDecay, Updates, scale * options.ClipFactor(norm));
        var compute = ReferenceEquals(parameters.Master, parameters.Compute) ? null : parameters.Compute;
        kernels.adamw(parameters.Master.Matrices, gradients.Matrices, ExpAvg.Matrices, ExpAvgSq.Matrices, compute?.Matrices, step);
        if (parameters.Layout.Length > parameters.Layout.MatrixLength)
        {
            var norms = options.DecayNorms ? step : step with { weight_decay = 0.0 };
            kernels.adamw(parameters.Master.Norms, gradients.Norms, ExpAvg.Norms, ExpAvgSq.Norms, compute?.Norms, norms);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ExpAvg.Dispose();
        ExpAvgSq.Dispose();
    }
}
