using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Recovery;

namespace Meditron.Training.Parallel;

/// <summary>
/// One rank's part of the training state: its shard of the fp32 weights and of both moments in two versions, of which an update reads the one and writes
/// the other; its shard of the reduced gradients; and the whole stage's weights for the products.
/// </summary>
public sealed class ShardedState : IDisposable
{
    private static readonly TimeSpan ReaderTimeout = TimeSpan.FromMinutes(10);

    private readonly IKernels kernels;
    private readonly List<Tensor> views = [];
    private readonly AdamWState[] versions;
    private readonly IReadOnlyList<ShardPiece>[] pieces;
    private readonly StepPosition?[] positions = new StepPosition?[StateArena.Slots];
    private readonly StateBlocks blocks;
    private readonly ulong[][] checksums;
    private readonly int[] readers = new int[StateArena.Slots];
    private readonly object gate = new();

    /// <summary>Allocates everything, all zero.</summary>
    /// <param name="plan">Which rank owns what.</param>
    /// <param name="rank">This rank's index in the data-parallel group.</param>
    /// <param name="precision">Number format of the weights for the products.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="arena">Where the shard's versions live, so that they outlive the process; null for memory of its own. CPU only; owned from here on.</param>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public ShardedState(ShardPlan plan, int rank, Precision precision, Device device, IKernels kernels, StateArena? arena = null)
    {
        this.kernels = kernels;
        Plan = plan;
        Rank = rank;
        Arena = arena;
        Parameters = new ParameterStore(plan.Layout, precision, device, kernels, keepsMaster: false);
        var length = plan.ShardLength(rank);
        Tensor Zeros() => torch.zeros([length], ScalarType.Float32, device);
        versions = [.. Enumerable.Range(0, StateArena.Slots).Select(slot => arena?.Tensors(slot) ?? new AdamWState(Zeros(), Zeros(), Zeros()))];
        Gradient = Zeros();
        Slices = plan.SlicesOf(rank);
        blocks = new StateBlocks(plan.PiecesOf(rank));
        IsChecked = device.type == DeviceType.CPU;
        checksums = [.. versions.Select(_ => arena is null && IsChecked ? new ulong[blocks.Count] : [])];
        pieces = [.. versions.Select(version => plan.Buckets.Select(bucket => Piece(bucket, version)).ToList())];

        // Others may have it only once it is whole; what is to outlive the process is loaded first, which gives it its checksums.
        positions[0] = new StepPosition(0, 0, 0, 0);
        if (arena is null)
        {
            ComputeChecksums();
        }
    }

    /// <summary>Which rank owns what.</summary>
    public ShardPlan Plan { get; }

    /// <summary>This rank's index in the data-parallel group.</summary>
    public int Rank { get; }

    /// <summary>The memory of the shard's versions that outlives the process, or null.</summary>
    public StateArena? Arena { get; }

    /// <summary>Whether the versions have checksums: not on a device with memory of its own.</summary>
    public bool IsChecked { get; }

    /// <summary>Told, in words, of each block of the state that was damaged and put right; from any thread.</summary>
    public Action<string>? Mended { get; set; }

    /// <summary>The stage's weights for the products, current everywhere after each step.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>The version that training stands on.</summary>
    public int Current { get; private set; }

    /// <summary>Where training stands.</summary>
    public StepPosition Position => positions[Current] ?? new StepPosition(0, 0, 0, 0);

    /// <summary>What the newest steps came to.</summary>
    public StepHistory History { get; } = new();

    /// <summary>First moments of the shard.</summary>
    public Tensor ExpAvg => versions[Current].exp_avg;

    /// <summary>Second moments of the shard.</summary>
    public Tensor ExpAvgSq => versions[Current].exp_avg_sq;

    private Tensor Master => versions[Current].master;

    /// <summary>The step's summed gradients of the shard.</summary>
    public Tensor Gradient { get; }

    /// <summary>The parts of parameters that the shard holds, in its order.</summary>
    public IReadOnlyList<ShardSlice> Slices { get; }

    /// <summary>The current version's views by bucket.</summary>
    public IReadOnlyList<ShardPiece> Pieces => pieces[Current];

    /// <summary>The views by bucket of the version that the next update writes.</summary>
    public IReadOnlyList<ShardPiece> NextPieces => pieces[1 - Current];

    /// <summary>The steps that this rank can produce.</summary>
    public IEnumerable<int> Steps => positions.OfType<StepPosition>().Select(position => position.Step);

    /// <summary>Bytes that the state of one rank takes.</summary>
    public static long PlannedBytes(ShardPlan plan, int rank, Precision precision) =>
        (precision == Precision.Bf16 ? 2 : 4) * plan.Layout.Length + 4 * plan.ShardLength(rank) + StateArena.BytesOf(plan.PiecesOf(rank));

    /// <summary>A version's tensors.</summary>
    public AdamWState Version(int slot) => versions[slot];

    /// <summary>Begins to write the version that training does not stand on; it can no longer be produced. Waits for whoever still reads it.</summary>
    /// <exception cref="IOException">A reader does not come to its end: the disk does not take a checkpoint.</exception>
    public void BeginUpdate()
    {
        var next = 1 - Current;
        lock (gate)
        {
            while (readers[next] > 0)
            {
                if (!Monitor.Wait(gate, ReaderTimeout))
                {
                    throw new IOException($"The state of step {positions[next]?.Step} is still being copied after {ReaderTimeout}.");
                }
            }
        }

        positions[next] = null;
        Arena?.Invalidate(next);
    }

    /// <summary>Ends an update: training stands on what was written.</summary>
    public void EndUpdate(StepPosition position) => Set(1 - Current, position);

    /// <summary>Goes on to a position with the same weights and moments, for a step without an update.</summary>
    public void Keep(StepPosition position)
    {
        var from = versions[Current];
        BeginUpdate();
        var to = versions[1 - Current];
        to.master.copy_(from.master);
        to.exp_avg.copy_(from.exp_avg);
        to.exp_avg_sq.copy_(from.exp_avg_sq);

        // Those of the old version, so that what was damaged there shows in the new one too.
        Checksums(Current).CopyTo(Checksums(1 - Current));
        EndUpdate(position);
    }

    /// <summary>The checksums of a piece's blocks in the current version.</summary>
    public ReadOnlySpan<ulong> ChecksumsOf(int piece) => blocks.Of(piece, Checksums(Current));

    /// <summary>The checksums of a piece's blocks in the version that the next update writes.</summary>
    public Span<ulong> NextChecksumsOf(int piece) => blocks.Of(piece, Checksums(1 - Current));

    /// <summary>Puts a damaged block of the current version right.</summary>
    /// <param name="piece">The piece that it is in.</param>
    /// <param name="block">The block, counted from the piece's first.</param>
    /// <exception cref="StateDamagedException">More than one bit of it has changed; the version is given up.</exception>
    public void Mend(int piece, long block)
    {
        if (blocks.Mend(Pieces[piece].State, piece, (int)block, Checksums(Current), Tell) is { } problem)
        {
            throw Damaged(problem);
        }
    }

    /// <summary>Compares a copy of a version with the version's checksums; from any thread.</summary>
    /// <param name="slot">The version, borrowed.</param>
    /// <param name="copy">The copy; blocks of it in which one bit has changed are put right.</param>
    /// <exception cref="IOException">It differs by more than one bit of a block.</exception>
    public void VerifyCopy(int slot, AdamWState copy)
    {
        if (IsChecked && blocks.Verify(kernels, copy, Checksums(slot).ToArray(), 0, blocks.Elements, Tell) is { } problem)
        {
            throw new IOException($"The state to save is damaged: {problem}.");
        }
    }

    /// <summary>Compares the current version with its checksums.</summary>
    /// <exception cref="StateDamagedException">It differs by more than one bit of a block; the version is given up.</exception>
    public void Verify()
    {
        if (IsChecked && blocks.Verify(kernels, versions[Current], Checksums(Current), 0, blocks.Elements, Tell) is { } problem)
        {
            throw Damaged(problem);
        }
    }

    /// <summary>Says where training stands after the current version was set; there is no other.</summary>
    public void Restored(StepPosition position)
    {
        BeginUpdate();
        ComputeChecksums();
        Set(Current, position);
    }

    /// <summary>Takes over what is known of the steps up to the state that is being loaded.</summary>
    public void Remember(IEnumerable<StepPosition> history)
    {
        History.Replace(history);
        Arena?.Remember(History.Entries);
    }

    /// <summary>Declares both versions broken, before the current one is loaded.</summary>
    public void Invalidate()
    {
        for (var slot = 0; slot < positions.Length; slot++)
        {
            positions[slot] = null;
            Arena?.Invalidate(slot);
        }
    }

    /// <summary>Goes back to the version of a step.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Rewind(int step)
    {
        // What another process found damaged in the arena is no version any more.
        var slot = Enumerable.Range(0, positions.Length).FirstOrDefault(index => positions[index]?.Step == step && (Arena is null || Arena.PositionOf(index)?.Step == step), -1);
        if (slot < 0)
        {
            return false;
        }

        Current = slot;
        History.KeepUpTo(step);
        return true;
    }

    /// <summary>Keeps the current version from being overwritten until it is given back with <see cref="Return"/>.</summary>
    /// <returns>The version.</returns>
    public int Borrow()
    {
        lock (gate)
        {
            readers[Current]++;
            return Current;
        }
    }

    /// <summary>Gives a version back; from any thread.</summary>
    public void Return(int slot)
    {
        lock (gate)
        {
            readers[slot]--;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Draws the initial weights: the same bits in every layout. The moments become zero.</summary>
    public void Initialize(ulong seed)
    {
        ExpAvg.zero_();
        ExpAvgSq.zero_();
        foreach (var parameter in Plan.Layout.Parameters)
        {
            using var weight = torch.zeros(parameter.Shape, ScalarType.Float32, Parameters.Device);
            Parameters.Draw(parameter, weight, seed);
            SetWeight(parameter, weight);
        }

        ComputeChecksums();
    }

    /// <summary>Sets one parameter, the compute copy and what the shard has of it.</summary>
    /// <param name="parameter">One of the plan's parameters.</param>
    /// <param name="weight">Float32, in its shape.</param>
    public void SetWeight(ParameterSpec parameter, Tensor weight)
    {
        using var flat = weight.view(parameter.Length);
        using var compute = Parameters.Compute[parameter.Name].view(parameter.Length);
        compute.copy_(flat);
        foreach (var slice in Slices.Where(slice => slice.Parameter.Name == parameter.Name))
        {
            using var source = flat.narrow(0, slice.Start, slice.Length);
            using var destination = Master.narrow(0, slice.ShardOffset, slice.Length);
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
    public Tensor MasterOf(ShardSlice slice) => Master.narrow(0, slice.ShardOffset, slice.Length);

    /// <summary>Rounds the shard's fp32 weights into the compute copy; the other ranks' parts come by an all-gather.</summary>
    public void RefreshCompute()
    {
        foreach (var piece in Pieces.Where(piece => piece.Length > 0))
        {
            piece.ComputeCopy.copy_(piece.State.master);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        views.ForEach(view => view.Dispose());
        foreach (var version in versions)
        {
            version.master.Dispose();
            version.exp_avg.Dispose();
            version.exp_avg_sq.Dispose();
        }

        Gradient.Dispose();
        Parameters.Dispose();
        Arena?.Dispose();
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

    private Span<ulong> Checksums(int slot) => Arena is { } arena ? arena.Checksums(slot) : checksums[slot];

    private void ComputeChecksums()
    {
        if (IsChecked)
        {
            blocks.Compute(kernels, versions[Current], Checksums(Current));
        }
    }

    private void Tell(string mended) => Mended?.Invoke(mended);

    private StateDamagedException Damaged(string problem)
    {
        var step = positions[Current]?.Step;
        positions[Current] = null;
        Arena?.Invalidate(Current);
        return new StateDamagedException(Arena?.Identity.Rank ?? Rank, step, problem);
    }

    private void Set(int slot, StepPosition position)
    {
        positions[slot] = position;
        History.Add(position);
        Arena?.Publish(slot, position);
        Current = slot;
    }

    private ShardPiece Piece(GradientBucket bucket, AdamWState version)
    {
        long length = bucket.PieceLength(Rank), offset = Plan.ShardOffset(Rank, bucket);
        Tensor Shard(Tensor tensor) => View(tensor.narrow(0, offset, length));
        return new ShardPiece(
            bucket,
            length,
            new AdamWState(Shard(version.master), Shard(version.exp_avg), Shard(version.exp_avg_sq)),
            Shard(Gradient),
            View(Parameters.Compute.Flat.narrow(0, bucket.PieceStart(Rank), length)));
    }

    private Tensor View(Tensor view)
    {
        views.Add(view);
        return view;
    }
}
