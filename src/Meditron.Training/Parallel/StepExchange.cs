using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>
/// The commit point of a step: one all-gather over all ranks of their parts of the gradient norm and of their micro-batches' losses, from which
/// every rank computes the same norm and loss, and so takes the same decision.
/// </summary>
public sealed class StepExchange : IDisposable
{
    private readonly RankGroups groups;
    private readonly TimeSpan timeout;
    private readonly int width;
    private readonly int ownNodes;
    private readonly int firstWord;
    private readonly Tensor own;
    private readonly Tensor all;
    private readonly NormSum sum;
    private readonly int[] partPlaces;
    private readonly int[] lossPlaces;
    private readonly double[] parts;

    /// <summary>Plans the exchange.</summary>
    /// <param name="geometry">The layout.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="groups">The rank's groups, of which that of all ranks is used.</param>
    /// <param name="timeout">How long one exchange may take.</param>
    /// <param name="words">Numbers beside those that every rank tells all ranks.</param>
    public StepExchange(StageGeometry geometry, int rank, RankGroups groups, TimeSpan timeout, int words = 0)
    {
        this.groups = groups;
        this.timeout = timeout;
        var layout = geometry.Layout;
        var nodes = Enumerable.Range(0, layout.World).Select(other => NodesOf(geometry, layout.At(other))).ToArray();
        var losses = Enumerable.Range(0, layout.World).Select(other => LossesOf(geometry, layout.At(other))).ToArray();
        firstWord = 1 + Enumerable.Range(0, layout.World).Max(other => nodes[other].Count + losses[other]);
        width = firstWord + words;
        ownNodes = nodes[rank].Count;
        own = torch.zeros([width], ScalarType.Int64, Device.CPU);
        all = torch.zeros([(long)width * layout.World], ScalarType.Int64, Device.CPU);
        var sources = Enumerable.Range(0, layout.World)
            .SelectMany(other => nodes[other].Select((node, index) => (Node: node, layout.At(other).Tensor, Place: other * width + 1 + index)))
            .ToArray();
        partPlaces = [.. sources.Select(source => source.Place)];
        parts = new double[sources.Length];
        sum = new NormSum([.. sources.Select(source => (source.Node, source.Tensor))]);
        lossPlaces =
        [
            .. Enumerable.Range(0, layout.Data).SelectMany(data =>
            {
                var last = layout.RankOf(new RankCoordinates(0, data, layout.Pipeline - 1));
                return Enumerable.Range(0, geometry.Shares.CountOf(data)).Select(micro => last * width + 1 + nodes[last].Count + micro);
            }),
        ];
    }

    /// <summary>What this rank tells beside.</summary>
    public Span<long> Words => own.data<long>()[firstWord..];

    /// <summary>What every rank has told beside in the last exchange.</summary>
    public IReadOnlyList<long[]> AllWords()
    {
        var words = all.data<long>();
        var said = new long[words.Length / width][];
        for (var rank = 0; rank < said.Length; rank++)
        {
            said[rank] = words[(rank * width + firstWord)..((rank + 1) * width)].ToArray();
        }

        return said;
    }

    /// <summary>Sets one of this rank's parts of the norm, in the order of <see cref="NormNode.Of"/>.</summary>
    public void SetPart(int index, double squares) => Values(own)[1 + index] = squares;

    /// <summary>Sets the loss of one of this rank's micro-batches; last stage only.</summary>
    public void SetLoss(int micro, double loss) => Values(own)[1 + ownNodes + micro] = loss;

    /// <summary>Exchanges, and gives the sum of squares over all gradients, the sum of the losses in the order of the micro-batches, and what any rank asks for.</summary>
    /// <param name="control">What this rank asks all ranks to do after the step.</param>
    /// <exception cref="TorchException">A rank did not take part in time, or the group was aborted.</exception>
    public (double SumSquares, double Loss, StepControl Control) Run(StepControl control)
    {
        own.data<long>()[0] = (long)control;
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
        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = values[partPlaces[index]];
        }

        double loss = 0;
        foreach (var place in lossPlaces)
        {
            loss += values[place];
        }

        var asked = StepControl.None;
        var words = all.data<long>();
        for (var start = 0; start < words.Length; start += width)
        {
            asked |= (StepControl)words[start];
        }

        return (sum.Of(parts), loss, asked);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        own.Dispose();
        all.Dispose();
    }

    private static Span<double> Values(Tensor tensor) => MemoryMarshal.Cast<long, double>(tensor.data<long>());

    private static IReadOnlyList<NormNode> NodesOf(StageGeometry geometry, RankCoordinates at) => NormNode.Of(geometry.PlanOf(at), at.Data);

    private static int LossesOf(StageGeometry geometry, RankCoordinates at) => at.Stage == geometry.Layout.Pipeline - 1 ? geometry.Shares.CountOf(at.Data) : 0;
}
