using Meditron.Torch.Native;

namespace Meditron.Torch.Distributed;

/// <content>
/// The operations. With <c>async_op</c> they return at once and the <see cref="Work"/> tells of the end; without it they have ended when they return, and the
/// work is a finished one. Until the end, inputs must not be written to and outputs must not be used. The timeout defaults to the group's.
/// </content>
public sealed unsafe partial class ProcessGroup
{
    /// <summary>Reduces the tensors of all ranks; every rank gets the result in place of its own.</summary>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work all_reduce(Tensor tensor, ReduceOp op = ReduceOp.Sum, bool async_op = false, TimeSpan? timeout = null) =>
        Start(GroupKind.AllReduce, tensor, tensor, -1, 0, op, async_op, timeout);

    /// <summary>Reduces the tensors of all ranks; every rank gets its own share of the result.</summary>
    /// <param name="output">This rank's share; it may be that very part of the input. For a BFloat16 input it may be Float32, which is then not rounded.</param>
    /// <param name="input">The shares of all ranks, one after the other.</param>
    /// <param name="op">How to reduce.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="splits">The elements of each rank's share; empty for equal ones. The same on all ranks.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work reduce_scatter(Tensor output, Tensor input, ReduceOp op = ReduceOp.Sum, bool async_op = false, TimeSpan? timeout = null, params ReadOnlySpan<long> splits) =>
        Start(GroupKind.ReduceScatter, input, output, -1, 0, op, async_op, timeout, inputSplits: splits);

    /// <summary>Every rank gets the tensors of all ranks, one after the other.</summary>
    /// <param name="output">The shares of all ranks.</param>
    /// <param name="input">This rank's share; it may be that very part of the output.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="splits">The elements of each rank's share; empty for equal ones. The same on all ranks.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work all_gather(Tensor output, Tensor input, bool async_op = false, TimeSpan? timeout = null, params ReadOnlySpan<long> splits) =>
        Start(GroupKind.AllGather, input, output, -1, 0, ReduceOp.Sum, async_op, timeout, outputSplits: splits);

    /// <summary>Every rank gets the tensor of one rank.</summary>
    /// <param name="tensor">What to send on the rank <paramref name="src"/>; what is overwritten on the others.</param>
    /// <param name="src">The rank that has it.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work broadcast(Tensor tensor, int src, bool async_op = false, TimeSpan? timeout = null) =>
        Start(GroupKind.Broadcast, tensor, tensor, src, 0, ReduceOp.Sum, async_op, timeout);

    /// <summary>Every rank sends a part to every rank.</summary>
    /// <param name="output">The parts received, in the order of the ranks.</param>
    /// <param name="input">The parts to send, in the order of the ranks.</param>
    /// <param name="output_split_sizes">The elements received from each rank; empty for equal parts.</param>
    /// <param name="input_split_sizes">The elements sent to each rank; empty for equal parts.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work all_to_all(Tensor output, Tensor input, ReadOnlySpan<long> output_split_sizes = default, ReadOnlySpan<long> input_split_sizes = default, bool async_op = false, TimeSpan? timeout = null) =>
        Start(GroupKind.AllToAll, input, output, -1, 0, ReduceOp.Sum, async_op, timeout, input_split_sizes, output_split_sizes);

    /// <summary>Ends when all ranks have called it.</summary>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work barrier(bool async_op = false, TimeSpan? timeout = null) => StartBarrier(async_op, timeout);

    /// <summary>Sends a tensor to a rank. It has ended when the tensor may be written to again, which can be before the receiver has it.</summary>
    /// <param name="tensor">What to send.</param>
    /// <param name="dst">The receiving rank.</param>
    /// <param name="tag">A number that the receive must name.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work send(Tensor tensor, int dst, long tag = 0, bool async_op = false, TimeSpan? timeout = null) =>
        Start(GroupKind.Send, tensor, tensor, dst, tag, ReduceOp.Sum, async_op, timeout);

    /// <summary>Receives a tensor from a rank: the oldest one sent with that tag, of the same type and number of elements.</summary>
    /// <remarks>Messages of one rank arrive in the order they were sent in: one whose tag nobody has asked for yet holds up those behind it.</remarks>
    /// <param name="tensor">What is overwritten.</param>
    /// <param name="src">The sending rank.</param>
    /// <param name="tag">The number that the send named.</param>
    /// <param name="async_op">Return at once.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="CommunicationException">The group failed or had failed; the message names the operation, the ranks and the reason.</exception>
    public Work recv(Tensor tensor, int src, long tag = 0, bool async_op = false, TimeSpan? timeout = null) =>
        Start(GroupKind.Receive, tensor, tensor, src, tag, ReduceOp.Sum, async_op, timeout);
}
