using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama;

/// <summary>A stage's weights: the fp32 master copy, and the copy that the products read.</summary>
public sealed class ParameterStore : IDisposable
{
    private readonly IKernels kernels;
    private readonly FlatViews? master;

    /// <summary>Allocates the weights, all zero.</summary>
    /// <param name="layout">Their order.</param>
    /// <param name="precision">With bf16 a second, bf16 copy is kept for the products.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="keepsMaster">Whether a bf16 store keeps the fp32 weights as well; false where they are sharded over ranks.</param>
    public ParameterStore(ParameterLayout layout, Precision precision, Device device, IKernels kernels, bool keepsMaster = true)
    {
        this.kernels = kernels;
        Layout = layout;
        Precision = precision;
        Device = device;
        master = keepsMaster || precision == Precision.Fp32 ? new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, device)) : null;
        Compute = precision == Precision.Bf16 ? new FlatViews(layout, torch.zeros([layout.Length], ScalarType.BFloat16, device)) : master!;
    }

    /// <summary>The order of the weights.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Number format of the products.</summary>
    public Precision Precision { get; }

    /// <summary>Where the weights live.</summary>
    public Device Device { get; }

    /// <summary>The fp32 weights that the optimizer updates and checkpoints keep.</summary>
    /// <exception cref="InvalidOperationException">This store keeps the weights for the products alone.</exception>
    public FlatViews Master => master ?? throw new InvalidOperationException("This store keeps no fp32 weights: they are sharded over the data-parallel ranks.");

    /// <summary>Whether the fp32 weights are here.</summary>
    public bool HasMaster => master is not null;

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
            Draw(parameter, Master[parameter.Name], seed);
        }

        RefreshCompute();
    }

    /// <summary>Draws the initial values of one parameter, as <see cref="Initialize"/> does.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="weight">Float32, in the parameter's shape; rows of vocabulary padding stay as they are.</param>
    /// <param name="seed">The run's seed.</param>
    public void Draw(ParameterSpec parameter, Tensor weight, ulong seed)
    {
        if (parameter.Role == ParameterRole.Norm)
        {
            weight.fill_(1.0);
            return;
        }

        var (rows, columns) = (parameter.MeaningfulRows, parameter.Shape[1]);
        if (parameter.Dimension == ShardDimension.Columns)
        {
            for (var row = 0L; row < rows; row++)
            {
                using var line = weight.select(0, row);
                kernels.normal(line, 0.0, parameter.InitStd, seed, (ulong)parameter.Index, row * parameter.GlobalShape[1] + parameter.Shard.Index * columns);
            }
        }
        else if (rows > 0)
        {
            using var meaningful = weight.narrow(0, 0, rows);
            using var flat = meaningful.view(rows * columns);
            var first = parameter.Dimension == ShardDimension.Rows ? parameter.Shard.Index * parameter.Shape[0] * columns : 0;
            kernels.normal(flat, 0.0, parameter.InitStd, seed, (ulong)parameter.Index, first);
        }
    }

    /// <summary>Rounds the master weights into the compute copy; nothing to do in fp32.</summary>
    public void RefreshCompute()
    {
        if (master is not null && !ReferenceEquals(master, Compute))
        {
            kernels.cast(master.Flat, Compute.Flat);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ReferenceEquals(master, Compute))
        {
            Compute.Dispose();
        }

        master?.Dispose();
    }
}
