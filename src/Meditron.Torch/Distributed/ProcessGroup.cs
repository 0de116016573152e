using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Distributed;

/// <summary>A fixed set of processes that exchange and reduce tensors, in PyTorch's terms.</summary>
/// <remarks>
/// All members run the same collectives in the same order; sends and receives are ordered for each pair and direction and overlap with collectives and with
/// each other. Tensors are contiguous (of the CPU, for nccl of a CUDA device), of Float32, BFloat16, Int64, Int32 or Byte, and nothing is copied to start an operation.
/// Every operation has a deadline, and the first failure of any kind ends the whole group on all members: what is pending fails within milliseconds, and what
/// is started later fails at once. All methods may be called from any thread.
/// </remarks>
public sealed unsafe partial class ProcessGroup : IDisposable
{
    private readonly GroupHandle handle;
    private readonly ProcessGroupOptions options;
    private readonly ConcurrentBag<WorkState> states = [];
    private int disposed;

    internal ProcessGroup(GroupHandle handle, ProcessGroupOptions options)
    {
        this.handle = handle;
        this.options = options;
    }

    /// <summary>The group's name.</summary>
    public string Name => options.Name;

    /// <summary>The number of the layout the group belongs to.</summary>
    public long Generation => options.Generation;

    /// <summary>This member's rank.</summary>
    public int Rank => options.Rank;

    /// <summary>The number of members.</summary>
    public int Size => options.Size;

    /// <summary>What carries the bytes.</summary>
    public Backend Backend => options.Backend;

    /// <summary>Starts to listen for the other members. <see cref="ProcessGroupEndpoint.Connect"/> then makes the group.</summary>
    /// <exception cref="CommunicationException">An option is impossible, or the address cannot be listened on.</exception>
    public static ProcessGroupEndpoint Prepare(ProcessGroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ProcessGroupEndpoint(options);
    }

    /// <summary>Why the group has failed, or null while it is sound.</summary>
    public CommunicationException? Failure
    {
        get
        {
            try
            {
                GroupStatus.Check(mt_group_failure(handle));
                return null;
            }
            catch (CommunicationException e)
            {
                return e;
            }
        }
    }

    /// <summary>How bytes reach a rank: "shared memory", "tcp", "gloo", "nccl", or "own" for this one.</summary>
    public string Transport(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Size);
        return Marshal.PtrToStringUTF8((nint)mt_group_transport(handle, rank))!;
    }

    /// <summary>Ends every pending operation of the group, here and on the other members, with an error that holds the reason. From any thread, within 100 ms.</summary>
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        mt_group_abort(handle, reason);
    }

    /// <summary>Calls back once when the group fails, perhaps at once: the end of a peer is noticed even while nothing is pending.</summary>
    /// <param name="callback">Runs on a thread of the group; it must be short and must not wait for the group.</param>
    public void OnFailure(Action<CommunicationException> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        mt_group_on_failure(handle, &Callbacks.Invoke, Callbacks.Context(failure => callback(failure!)));
    }

    /// <summary>Leaves the group. What is pending fails; the peers go on with whatever does not need this rank.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            mt_group_close(handle);
            handle.Dispose();
        }
    }

    /// <summary>For chaos tests: one bit of the next chunk from the rank changes before it is checked, which fails the group.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="bit">Which, counted through what of its header the chunk is checked by and then through its bytes, modulo their number; at first one of its bytes.</param>
    /// <exception cref="CommunicationException">The backend checks no chunks.</exception>
    public void CorruptNext(int rank, long bit = 452) => GroupStatus.Check(mt_group_corrupt_next(handle, rank, bit));

    /// <summary>For chaos tests: the next chunk to the rank is lost on the way. The chunk after it shows the rank so; where none follows, a deadline must.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="message">A chunk of a message (send, receive), or else of a collective.</param>
    /// <exception cref="CommunicationException">The backend counts no chunks.</exception>
    public void LoseNext(int rank, bool message = false) => GroupStatus.Check(mt_group_lose_next(handle, rank, message ? 1 : 0));

    internal static long Nanoseconds(TimeSpan time) => time > TimeSpan.FromDays(365) ? TimeSpan.FromDays(365).Ticks * 100 : time.Ticks * 100;

    internal void Recycle(WorkState state) => states.Add(state);

    private Work Start(GroupKind kind, Tensor input, Tensor output, int peer, long tag, ReduceOp op, bool async_op, TimeSpan? timeout, ReadOnlySpan<long> inputSplits = default, ReadOnlySpan<long> outputSplits = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        RequireSplits(inputSplits);
        RequireSplits(outputSplits);
        fixed (long* ins = inputSplits, outs = outputSplits)
        {
            var call = new GroupCall
            {
                Kind = (long)kind,
                Reduction = (long)op,
                Peer = peer,
                Tag = tag,
                Timeout = Nanoseconds(timeout ?? options.Timeout),
                InputSplits = ins,
                OutputSplits = outs,
            };
            GroupStatus.Check(mt_group_start(handle, &call, input.Handle, output.Handle, async_op ? 0 : 1, out var work));
            return Track(work);
        }
    }

    private Work StartBarrier(bool async_op, TimeSpan? timeout)
    {
        var call = new GroupCall { Kind = (long)GroupKind.Barrier, Peer = -1, Timeout = Nanoseconds(timeout ?? options.Timeout) };
        GroupStatus.Check(mt_group_start_bare(handle, &call, 0, 0, async_op ? 0 : 1, out var work));
        return Track(work);
    }

    private Work Track(nint work)
    {
        if (work == 0)
        {
            return default;
        }

        if (!states.TryTake(out var state))
        {
            state = new WorkState(this);
        }

        return state.Begin(work);
    }

    private void RequireSplits(ReadOnlySpan<long> splits)
    {
        if (!splits.IsEmpty && splits.Length != Size)
        {
            throw new TorchException(TorchErrorKind.Shape, $"{splits.Length} shares were given for a group of {Size} ranks.");
        }
    }
}
