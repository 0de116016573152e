namespace Meditron.Llama;

/// <summary>The shape and constants of a Llama-2 class model (Touvron et al. 2023): pre-norm, RMSNorm, RoPE, SwiGLU, grouped-query attention, no biases.</summary>
public sealed record LlamaConfig
{
    /// <summary>Number of tokens the tokenizer has; rows beyond it in a padded embedding carry no meaning.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key/value heads (GQA groups); equal to <see cref="Heads"/> for multi-head attention.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of the feed-forward network's inner layer.</summary>
    public required int FfnSize { get; init; }

    /// <summary>Longest sequence, in tokens, that the rotary tables cover.</summary>
    public int MaxPositions { get; init; } = 4096;

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 10000.0;

    /// <summary>Linear RoPE scaling: positions are divided by this factor.</summary>
    public double RopeScalingFactor { get; init; } = 1.0;

    /// <summary>Whether the output projection is the embedding matrix itself.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>Standard deviation of the initial weights; output projections get it divided by sqrt(2 layers).</summary>
    public double InitStd { get; init; } = 0.02;

    /// <summary>The embedding's rows are padded up to a multiple of this; 1 means no padding.</summary>
    public int MakeVocabularySizeDivisibleBy { get; init; } = 1;

    /// <summary>Dimension of one attention head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Rows of the embedding and of the output projection, padding included.</summary>
    public int PaddedVocabularySize
    {
        get
        {
            var multiple = Math.Max(1, MakeVocabularySizeDivisibleBy);
            return checked((VocabularySize + multiple - 1) / multiple * multiple);
        }
    }

    /// <summary>Number of parameters of the unpadded model, as the papers count them.</summary>
    public long ParameterCount
    {
        get
        {
            long hidden = HiddenSize;
            var attention = 2 * hidden * hidden + 2 * hidden * KvHeads * HeadSize;
            var layer = attention + 3 * hidden * FfnSize + 2 * hidden;
            var embeddings = (TieEmbeddings ? 1 : 2) * VocabularySize * hidden;
            return embeddings + Layers * layer + hidden;
        }
    }

    /// <summary>
    /// Matrix work of one training token in floating-point operations: six for each weight that multiplies (the embedding look-up does not),
    /// and causal attention's two products forward and backward.
    /// </summary>
    /// <param name="sequenceLength">Tokens in a sequence.</param>
    public double FlopsPerToken(int sequenceLength)
    {
        double dense = ParameterCount - (TieEmbeddings ? 0 : (long)VocabularySize * HiddenSize);
        return 6 * dense + 6.0 * Layers * HiddenSize * sequenceLength;
    }

    /// <summary>Throws unless the sizes fit together.</summary>
    /// <exception cref="LlamaConfigException">A size is out of range or does not divide another.</exception>
    public void Validate()
    {
        Require(VocabularySize > 0, nameof(VocabularySize), VocabularySize, "a positive number of tokens");
        Require(HiddenSize > 0, nameof(HiddenSize), HiddenSize, "a positive width");
        Require(Layers > 0, nameof(Layers), Layers, "at least one layer");
        Require(Heads > 0, nameof(Heads), Heads, "at least one head");
        Require(HiddenSize % Heads == 0, nameof(HiddenSize), HiddenSize, $"a multiple of the {Heads} heads");
        Require(HeadSize % 2 == 0, nameof(HeadSize), HeadSize, "an even head size, since RoPE rotates pairs");
        Require(KvHeads > 0 && Heads % KvHeads == 0, nameof(KvHeads), KvHeads, $"a divisor of the {Heads} heads");
        Require(FfnSize > 0, nameof(FfnSize), FfnSize, "a positive width");
        Require(MaxPositions > 0, nameof(MaxPositions), MaxPositions, "a positive number of positions");
        Require(NormEps > 0, nameof(NormEps), NormEps, "a positive number");
        Require(RopeTheta > 1, nameof(RopeTheta), RopeTheta, "a number above 1");
        Require(RopeScalingFactor > 0, nameof(RopeScalingFactor), RopeScalingFactor, "a positive number");
        Require(InitStd > 0, nameof(InitStd), InitStd, "a positive number");
        Require(MakeVocabularySizeDivisibleBy > 0, nameof(MakeVocabularySizeDivisibleBy), MakeVocabularySizeDivisibleBy, "a positive number");
    }

    private static void Require(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new LlamaConfigException($"The model's {name} is {value}, but it must be {allowed}. Change the model section of the configuration.");
        }
    }
}
