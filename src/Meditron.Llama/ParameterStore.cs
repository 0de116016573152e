using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama;

/// <summary>A stage's weights: the fp32 master copy, and the copy that the products read.</summary>
public sealed class ParameterStore : IDisposable
{
    private readonly IKernels kernels;

    /// <summary>Allocates the weights, all zero.</summary>
    /// <param name="layout">Their order.</param>
    /// <param name="precision">With bf16 a second, bf16 copy is kept for the products.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="kernels">The operations.</param>
    public ParameterStore(ParameterLayout layout, Precision precision, Device device, IKernels kernels)
    {
        this.kernels = kernels;
        Layout = layout;
        Precision = precision;
        Device = device;
        Master = new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, device));
        Compute = precision == Precision.Bf16 ? new FlatViews(layout, torch.zeros([layout.Length], ScalarType.BFloat16, device)) : Master;
    }

    /// <summary>The order of the weights.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Number format of the products.</summary>
    public Precision Precision { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>The fp32 weights that the optimizer updates and checkpoints keep.</summary>
    public FlatViews Master { get; }

    /// <summary>The weights that the products read: the master itself in fp32, its rounded copy in bf16.</summary>
    public FlatViews Compute { get; }

    /// <summary>
    /// Draws the initial weights: N(0, std) for matrices, one for norms. A weight depends on the seed, its parameter's canonical index
    /// and its position alone, so every layout starts with the same bits.
    /// </summary>
    public void Initialize(ulong seed)
    {
        foreach (var parameter in Layout.Parameters)
        {
            var weight = Master[parameter.Name];
            if (parameter.Role == ParameterRole.Norm)
            {
                weight.fill_(1.0);
                continue;
            }

            using var meaningful = weight.narrow(0, 0, parameter.MeaningfulRows);
            using var flat = meaningful.view(parameter.MeaningfulRows * parameter.Shape[1]);
            kernels.normal(flat, 0.0, parameter.InitStd, seed, (ulong)parameter.Index, 0);
        }

        RefreshCompute();
    }

    /// <summary>Rounds the master weights into the compute copy; nothing to do in fp32.</summary>
    public void RefreshCompute()
    {
        if (!ReferenceEquals(Master, Compute))
        {
            kernels.cast(Master.Flat, Compute.Flat);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ReferenceEquals(Master, Compute))
        {
            Compute.Dispose();
        }

        Master.Dispose();
    }
}
