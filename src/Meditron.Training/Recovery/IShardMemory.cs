using Meditron.Torch.Kernels;

namespace Meditron.Training.Recovery;

/// <summary>One step's version of a rank's shard that can be read from memory, here or on another machine.</summary>
internal interface IShardMemory : IDisposable
{
    /// <summary>Gets the rank whose shard it is.</summary>
    int Rank { get; }

    /// <summary>Copies parts of it.</summary>
    /// <param name="moves">Which parts, and where to.</param>
    /// <param name="to">The tensors to copy to.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="mended">Told of each block that was put right, in words.</param>
    /// <returns>Where training stands there, and what the steps up to there came to.</returns>
    /// <exception cref="IOException">It can not be had any more.</exception>
    /// <exception cref="StateDamagedException">It is damaged beyond repair.</exception>
    (StepPosition Position, IReadOnlyList<StepPosition> History) Read(IReadOnlyList<ShardMove> moves, AdamWState to, IKernels kernels, Action<string> mended);
}
