namespace Meditron.Llama;

/// <summary>One parameter tensor of a model: its Hugging Face name, shape, and place in the flat buffers.</summary>
/// <param name="Name">Name as Hugging Face's LlamaForCausalLM has it, e.g. <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Shape">Rows and columns, or the one length of a norm; [out, in] for projections.</param>
/// <param name="Role">What the parameter does.</param>
/// <param name="Offset">First element in the flat buffers.</param>
/// <param name="Index">Position in the whole model's canonical order, the same in every layout; also the stream of its initial values.</param>
/// <param name="InitStd">Standard deviation of the initial values; 0 for a norm, which starts at one.</param>
/// <param name="MeaningfulRows">Rows that are not vocabulary padding; padding rows start at zero and get no gradient.</param>
public sealed record ParameterSpec(string Name, long[] Shape, ParameterRole Role, long Offset, int Index, double InitStd, long MeaningfulRows)
{
    /// <summary>How tensor-parallel ranks share it.</summary>
    public ShardDimension Dimension { get; init; }

    /// <summary>This rank's share.</summary>
    public TensorShard Shard { get; init; } = TensorShard.Whole;

    /// <summary>Shape of the whole parameter, over all tensor-parallel ranks.</summary>
    public long[] GlobalShape => Dimension switch
    {
        ShardDimension.Rows => [Shape[0] * Shard.Count, Shape[1]],
        ShardDimension.Columns => [Shape[0], Shape[1] * Shard.Count],
        _ => Shape,
    };

    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether weight decay applies: to matrices, not to norms, unless a run asks for it.</summary>
    public bool IsMatrix => Shape.Length > 1;
}
