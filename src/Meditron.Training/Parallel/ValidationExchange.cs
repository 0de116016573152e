using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>Brings the losses of validation micro-batches together, so that every rank has their sum in their order.</summary>
public sealed class ValidationExchange : IDisposable
{
    private readonly MicroBatchShares shares;
    private readonly ParallelLayout layout;
    private readonly RankGroups groups;
    private readonly TimeSpan timeout;
    private readonly Tensor own;
    private readonly Tensor all;

    /// <summary>Plans the exchange.</summary>
    /// <param name="geometry">The layout.</param>
    /// <param name="groups">The rank's groups, of which that of all ranks is used.</param>
    /// <param name="batches">Validation micro-batches.</param>
    /// <param name="timeout">How long the exchange may take.</param>
    public ValidationExchange(StageGeometry geometry, RankGroups groups, int batches, TimeSpan timeout)
    {
        layout = geometry.Layout;
        this.groups = groups;
        this.timeout = timeout;
        shares = new MicroBatchShares(batches, layout.Data);
        var width = Math.Max(1, shares.Largest);
        own = torch.zeros([width], ScalarType.Int64, Device.CPU);
        all = torch.zeros([(long)width * layout.World], ScalarType.Int64, Device.CPU);
    }

    /// <summary>The validation micro-batches of a data-parallel rank.</summary>
    public (int First, int Count) ShareOf(int data) => (shares.FirstOf(data), shares.CountOf(data));

    /// <summary>Sets the loss of one of this rank's micro-batches; last stage only.</summary>
    public void Set(int batch, double loss) => Values(own)[batch] = loss;

    /// <summary>Exchanges, and gives the sum of the losses in the order of the micro-batches.</summary>
    /// <exception cref="TorchException">A rank did not take part in time, or the group was aborted.</exception>
    public double Run()
    {
        if (groups.World is not { } world)
        {
            all.copy_(own);
        }
        else
        {
            using var waiting = groups.Waiting();
            world.all_gather(all, own, timeout: timeout);
        }

        var values = Values(all);
        var width = values.Length / layout.World;
        double sum = 0;
        for (var data = 0; data < layout.Data; data++)
        {
            var start = layout.RankOf(new RankCoordinates(0, data, layout.Pipeline - 1)) * width;
            for (var batch = 0; batch < shares.CountOf(data); batch++)
            {
                sum += values[start + batch];
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        own.Dispose();
        all.Dispose();
    }

    private static Span<double> Values(Tensor tensor) => MemoryMarshal.Cast<long, double>(tensor.data<long>());
}
