namespace Meditron.Torch.Distributed;

/// <summary>How the ranks' elements become one. The order of summation is fixed: the same bits for every transport, chunk size and timing.</summary>
public enum ReduceOp
{
    /// <summary>The sum in the order of the ranks, ((r0 + r1) + r2) + ...; BFloat16 is summed in single precision and rounded once.</summary>
    Sum = 0,

    /// <summary><see cref="Sum"/> divided by the number of ranks; floating-point types only.</summary>
    Avg = 1,

    /// <summary>The largest; NaN where any is NaN.</summary>
    Max = 2,

    /// <summary>The smallest; NaN where any is NaN.</summary>
    Min = 3,

    /// <summary>
    /// The sum along the canonical binary tree over the ranks, (r0 + r1) + (r2 + r3)...: it continues the tree over micro-batches (docs/adr/0002), so that
    /// ranks that each hold the sum of an equal power of two of consecutive micro-batches get the bits that one process would have got.
    /// </summary>
    TreeSum = 4,

    /// <summary>The sum in whatever order the backend finds fastest (a ring for gloo and nccl, <see cref="Sum"/> for host): the only one without a fixed order.</summary>
    AnySum = 5,
}
