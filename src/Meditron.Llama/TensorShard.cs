namespace Meditron.Llama;

/// <summary>One rank's share of every layer's matrices (tensor parallelism, Shoeybi et al. 2019).</summary>
/// <param name="Index">Which share, from 0.</param>
/// <param name="Count">Shares in all; 1 for the whole.</param>
public readonly record struct TensorShard(int Index, int Count)
{
    /// <summary>Everything on one rank.</summary>
    public static TensorShard Whole => new(0, 1);

    /// <summary>Throws unless the model can be divided so.</summary>
    /// <exception cref="LlamaConfigException">A number of heads or a width does not divide.</exception>
    public void Validate(LlamaConfig config)
    {
        Require(config.Heads, "heads");
        Require(config.KvHeads, "key/value heads");
        Require(config.FfnSize, "columns of the feed-forward network");
        Require(config.PaddedVocabularySize, "rows of the padded vocabulary");
    }

    private void Require(int size, string what)
    {
        if (size % Count != 0)
        {
            throw new LlamaConfigException($"The model's {size} {what} cannot be divided over {Count} tensor-parallel ranks. Change meditron.parallel.tensor to a divisor.");
        }
    }
}
