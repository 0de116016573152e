using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Recovery.Copies;

/// <summary>A version of a shard in the memory of another machine, read over the network when it is needed.</summary>
/// <param name="state">The shard.</param>
/// <param name="server">A state server of its machine.</param>
/// <param name="job">What the shard's content depends on, as a number.</param>
/// <param name="step">The step.</param>
/// <param name="timeout">How long the server may take for anything.</param>
/// <param name="opened">Given the connection, so that it can be ended from outside.</param>
internal sealed class RemoteShard(StateHandle state, StateServer server, ulong job, int step, TimeSpan timeout, Action<IDisposable> opened) : IShardMemory
{
    private const int BlockElements = 16 << 20;

    /// <inheritdoc/>
    public int Rank => state.Rank;

    /// <inheritdoc/>
    public (StepPosition Position, IReadOnlyList<StepPosition> History) Read(IReadOnlyList<ShardMove> moves, AdamWState to, IKernels kernels, Action<string> mended)
    {
        using var connection = StateConnection.Connect(server, timeout, opened);
        var read = new ReadState { State = state, Job = job, Step = step };
        var pieces = moves.SelectMany(Pieces).ToList();
        read.Ranges.AddRange(pieces.Select(piece => new ShardRange { Start = piece.From, Length = piece.Length }));
        connection.Send(new StateRequest { Read = read });
        var answer = connection.Receive(StateRead.Parser);
        if (answer.Refused.Length > 0)
        {
            throw new IOException($"{server.Host}:{server.Port} does not give the state: {answer.Refused}");
        }

        var right = true;
        foreach (var piece in pieces)
        {
            foreach (var part in (Tensor[])[to.master, to.exp_avg, to.exp_avg_sq])
            {
                using var target = part.narrow(0, piece.To, piece.Length);
                right &= connection.ReceiveBytes(MemoryMarshal.AsBytes(target.data<float>()));
            }
        }

        var ended = connection.Receive(ReadEnded.Parser);
        if (right && ended.Damage.Length > 0)
        {
            throw new StateDamagedException($"{server.Host}:{server.Port} says: {ended.Damage}");
        }

        if (!right || ended.Problem.Length > 0)
        {
            throw new IOException($"What {server.Host}:{server.Port} has sent of the state cannot be used: {(right ? ended.Problem : "a checksum is wrong")}");
        }

        foreach (var block in ended.Mended)
        {
            mended(block);
        }

        return (Positions.Of(answer.Position), [.. answer.History.Select(Positions.Of)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Cuts a move so that the server, which compares each piece with its checksums before it sends it, is never silent for long.</summary>
    private static IEnumerable<ShardMove> Pieces(ShardMove move)
    {
        for (long done = 0; done < move.Length; done += BlockElements)
        {
            yield return new ShardMove(move.From + done, move.To + done, Math.Min(BlockElements, move.Length - done));
        }
    }
}
