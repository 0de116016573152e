namespace Meditron.Training.Parallel;

/// <summary>
/// How ranks are laid out over tensor, data and pipeline parallelism: tensor-parallel ranks are neighbours, then data-parallel ones, then
/// pipeline stages (Narayanan et al. 2021, section 3), so that the groups that exchange most are closest.
/// </summary>
public sealed record ParallelLayout
{
    /// <summary>Lays ranks out.</summary>
    /// <param name="tensor">Tensor-parallel ranks, at least 1.</param>
    /// <param name="pipeline">Pipeline stages, at least 1.</param>
    /// <param name="data">Data-parallel ranks, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A degree is below 1.</exception>
    public ParallelLayout(int tensor, int pipeline, int data)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tensor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pipeline, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(data, 1);
        Tensor = tensor;
        Pipeline = pipeline;
        Data = data;
    }

    /// <summary>One rank that holds everything.</summary>
    public static ParallelLayout Single { get; } = new(1, 1, 1);

    /// <summary>Tensor-parallel ranks.</summary>
    public int Tensor { get; }

    /// <summary>Pipeline stages.</summary>
    public int Pipeline { get; }

    /// <summary>Data-parallel ranks.</summary>
    public int Data { get; }

    /// <summary>Ranks in all.</summary>
    public int World => checked(Tensor * Pipeline * Data);

    /// <summary>Where a rank stands.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public RankCoordinates At(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, World);
        return new RankCoordinates(rank % Tensor, rank / Tensor % Data, rank / (Tensor * Data));
    }

    /// <summary>The rank at a place.</summary>
    public int RankOf(RankCoordinates at) => at.Tensor + Tensor * (at.Data + Data * at.Stage);

    /// <summary>The ranks that share a layer's matrices with one rank, in the order of their shards.</summary>
    public IReadOnlyList<int> TensorGroup(int rank)
    {
        var at = At(rank);
        return [.. Enumerable.Range(0, Tensor).Select(tensor => RankOf(at with { Tensor = tensor }))];
    }

    /// <summary>The ranks that hold the same weights as one rank, in the order of their micro-batches.</summary>
    public IReadOnlyList<int> DataGroup(int rank)
    {
        var at = At(rank);
        return [.. Enumerable.Range(0, Data).Select(data => RankOf(at with { Data = data }))];
    }

    /// <summary>The ranks that pass one rank's micro-batches along, in the order of the stages.</summary>
    public IReadOnlyList<int> PipelineGroup(int rank)
    {
        var at = At(rank);
        return [.. Enumerable.Range(0, Pipeline).Select(stage => RankOf(at with { Stage = stage }))];
    }

    /// <summary>The degrees, e.g. <c>TP 1 x PP 2 x DP 4</c>.</summary>
    public override string ToString() => $"TP {Tensor} x PP {Pipeline} x DP {Data}";
}
