using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Parallel;

/// <summary>One rank's part of the training state: its shard of the fp32 weights, of both moments and of the reduced gradients, and the whole stage's compute weights.</summary>
public sealed class ShardedState : IDisposable
{
    private readonly IKernels kernels;
    private readonly List<Tensor> views = [];
    private readonly Tensor? ownMaster;

    /// <summary>Allocates everything, all zero.</summary>
    /// <param name="plan">Which rank owns what.</param>
    /// <param name="rank">This rank's index in the data-parallel group.</param>
    /// <param name="precision">With bf16 the fp32 weights exist only as shards.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="kernels">The operations.</param>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public ShardedState(ShardPlan plan, int rank, Precision precision, Device device, IKernels kernels)
    {
        this.kernels = kernels;
        Plan = plan;
        Rank = rank;
        Parameters = new ParameterStore(plan.Layout, precision, device, kernels, keepsMaster: false);
        var length = plan.ShardLength(rank);
        ExpAvg = torch.zeros([length], ScalarType.Float32, device);
        ExpAvgSq = torch.zeros([length], ScalarType.Float32, device);
        Gradient = torch.zeros([length], ScalarType.Float32, device);
        ownMaster = Parameters.HasMaster ? null : torch.zeros([length], ScalarType.Float32, device);
        Slices = plan.SlicesOf(rank);
        Pieces = [.. plan.Buckets.Select(Piece)];
    }

    /// <summary>Which rank owns what.</summary>
    public ShardPlan Plan { get; }

    /// <summary>This rank's index in the data-parallel group.</summary>
    public int Rank { get; }

    /// <summary>The stage's weights for the products; in fp32 they are the master weights, current everywhere after each step.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>First moments of the shard.</summary>
    public Tensor ExpAvg { get; }

    /// <summary>Second moments of the shard.</summary>
    public Tensor ExpAvgSq { get; }

    /// <summary>The step's summed gradients of the shard.</summary>
    public Tensor Gradient { get; }

    /// <summary>The parts of parameters that the shard holds, in its order.</summary>
    public IReadOnlyList<ShardSlice> Slices { get; }

    /// <summary>The shard's views by bucket.</summary>
    public IReadOnlyList<ShardPiece> Pieces { get; }

    /// <summary>Bytes that the state of one rank takes.</summary>
    public static long PlannedBytes(ShardPlan plan, int rank, Precision precision) =>
        precision == Precision.Bf16 ? 2 * plan.Layout.Length + 16 * plan.ShardLength(rank) : 4 * plan.Layout.Length + 12 * plan.ShardLength(rank);

    /// <summary>Draws the initial weights: the same bits in every layout.</summary>
    public void Initialize(ulong seed)
    {
        foreach (var parameter in Plan.Layout.Parameters)
        {
            using var weight = torch.zeros(parameter.Shape, ScalarType.Float32, Parameters.Device);
            Parameters.Draw(parameter, weight, seed);
            SetWeight(parameter, weight);
        }
    }

    /// <summary>Sets one parameter, the compute copy and what the shard has of it.</summary>
    /// <param name="parameter">One of the plan's parameters.</param>
    /// <param name="weight">Float32, in its shape.</param>
    public void SetWeight(ParameterSpec parameter, Tensor weight)
    {
        using var flat = weight.view(parameter.Length);
        using var compute = Parameters.Compute[parameter.Name].view(parameter.Length);
        if (ownMaster is null)
        {
            compute.copy_(flat);
            return;
        }

        kernels.cast(flat, compute);
        foreach (var slice in Slices.Where(slice => slice.Parameter.Name == parameter.Name))
        {
            using var source = flat.narrow(0, slice.Start, slice.Length);
            using var destination = ownMaster.narrow(0, slice.ShardOffset, slice.Length);
            destination.copy_(source);
        }
    }

    /// <summary>Reads the stage's weights from a Hugging Face folder; the moments stay as they are.</summary>
    /// <exception cref="HuggingFaceException">A file is missing or damaged, or its tensors do not fit the model.</exception>
    public void LoadHuggingFace(string folder)
    {
        using var checkpoint = HuggingFaceCheckpoint.Open(folder);
        using var flat = torch.zeros([Plan.Layout.Length], ScalarType.Float32, Device.CPU);
        checkpoint.Load(Plan.Layout, flat);
        foreach (var parameter in Plan.Layout.Parameters)
        {
            using var slice = flat.narrow(0, parameter.Offset, parameter.Length);
            using var weight = slice.view(parameter.Shape);
            SetWeight(parameter, weight);
        }
    }

    /// <summary>Reads the stage's weights and the shard's moments from a checkpoint of any layout.</summary>
    /// <exception cref="CheckpointException">A block is damaged, or a tensor is missing.</exception>
    public void Load(CheckpointSource source)
    {
        foreach (var parameter in Plan.Layout.Parameters)
        {
            using var weight = Read(source, parameter.Name, parameter);
            SetWeight(parameter, weight);
        }

        foreach (var slice in Slices)
        {
            LoadMoment(CheckpointTensors.ExpAvg, ExpAvg, slice, source);
            LoadMoment(CheckpointTensors.ExpAvgSq, ExpAvgSq, slice, source);
        }
    }

    /// <summary>A view of the fp32 weights of a slice of the shard; the caller disposes it.</summary>
    public Tensor MasterOf(ShardSlice slice) => ownMaster is null
        ? Parameters.Master.Flat.narrow(0, slice.Parameter.Offset + slice.Start, slice.Length)
        : ownMaster.narrow(0, slice.ShardOffset, slice.Length);

    /// <summary>Rounds the shard's fp32 weights into the compute copy; the other ranks' parts come by an all-gather.</summary>
    public void RefreshCompute()
    {
        foreach (var piece in Pieces.Where(piece => piece.ComputeCopy is not null && piece.Length > 0))
        {
            kernels.cast(piece.Master, piece.ComputeCopy!);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        views.ForEach(view => view.Dispose());
        ownMaster?.Dispose();
        Gradient.Dispose();
        ExpAvgSq.Dispose();
        ExpAvg.Dispose();
        Parameters.Dispose();
    }

    private static void LoadMoment(string prefix, Tensor moments, ShardSlice slice, CheckpointSource source)
    {
        using var target = moments.narrow(0, slice.ShardOffset, slice.Length);
        if (slice.Parameter.Dimension == ShardDimension.Columns)
        {
            using var whole = Read(source, prefix + slice.Parameter.Name, slice.Parameter);
            using var flat = whole.view(-1);
            using var part = flat.narrow(0, slice.Start, slice.Length);
            target.copy_(part);
            return;
        }

        source.Read(prefix + slice.Parameter.Name, FirstOf(slice.Parameter) + slice.Start, target);
    }

    /// <summary>This rank's share of a tensor, in the parameter's shape; the caller disposes it.</summary>
    private static Tensor Read(CheckpointSource source, string name, ParameterSpec parameter)
    {
        if (parameter.Dimension == ShardDimension.Columns)
        {
            using var whole = torch.zeros(parameter.GlobalShape, ScalarType.Float32, Device.CPU);
            using var all = whole.view(-1);
            source.Read(name, 0, all);
            using var columns = whole.narrow(1, parameter.Shard.Index * parameter.Shape[1], parameter.Shape[1]);
            return columns.contiguous();
        }

        var share = torch.zeros(parameter.Shape, ScalarType.Float32, Device.CPU);
        using var flat = share.view(-1);
        source.Read(name, FirstOf(parameter), flat);
        return share;
    }

    /// <summary>Where this rank's rows begin in the flattened global parameter.</summary>
    private static long FirstOf(ParameterSpec parameter) => parameter.Dimension == ShardDimension.Rows ? parameter.Shard.Index * parameter.Length : 0;

    private ShardPiece Piece(GradientBucket bucket)
    {
        long length = bucket.PieceLength(Rank), start = bucket.PieceStart(Rank), offset = Plan.ShardOffset(Rank, bucket);
        Tensor Shard(Tensor tensor) => Keep(tensor.narrow(0, offset, length));
        var compute = Keep(Parameters.Compute.Flat.narrow(0, start, length));
        return new ShardPiece(
            bucket,
            length,
            ownMaster is null ? compute : Shard(ownMaster),
            Shard(Gradient),
            Shard(ExpAvg),
            Shard(ExpAvgSq),
            ownMaster is null ? null : compute);
    }

    private Tensor Keep(Tensor view)
    {
        views.Add(view);
        return view;
    }
}
