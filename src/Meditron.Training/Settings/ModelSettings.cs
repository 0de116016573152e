using System.ComponentModel.DataAnnotations;
using Meditron.Llama;

namespace Meditron.Training.Settings;

/// <summary>The shape of the model: a preset or a Hugging Face folder, and what is changed from it: <c>meditron.model</c>.</summary>
public sealed record ModelSettings : IValidatableObject
{
    /// <summary>Name of the preset, one of <see cref="LlamaPresets.Names"/>.</summary>
    public required string Preset { get; init; }

    /// <summary>Hugging Face folder to take shape and weights from; empty: the preset, with random weights.</summary>
    public required string From { get; init; }

    /// <summary>Tokens of the vocabulary; null: those of the tokenizer.</summary>
    [Range(1, int.MaxValue)]
    public required int? VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    [Range(2, 1 << 20)]
    public required int? HiddenSize { get; init; }

    /// <summary>Number of layers.</summary>
    [Range(1, 10000)]
    public required int? Layers { get; init; }

    /// <summary>Number of query heads.</summary>
    [Range(1, 1 << 16)]
    public required int? Heads { get; init; }

    /// <summary>Number of key/value heads.</summary>
    [Range(1, 1 << 16)]
    public required int? KvHeads { get; init; }

    /// <summary>Inner width of the feed-forward network.</summary>
    [Range(1, 1 << 22)]
    public required int? FfnSize { get; init; }

    /// <summary>Longest sequence that the rotary tables cover.</summary>
    [Range(1, 1 << 26)]
    public required int? MaxPositions { get; init; }

    /// <summary>Added to the mean square in RMSNorm.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public required double? NormEps { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    [Range(1.0, double.MaxValue, MinimumIsExclusive = true)]
    public required double? RopeTheta { get; init; }

    /// <summary>Linear RoPE scaling.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public required double? RopeScalingFactor { get; init; }

    /// <summary>Whether embedding and output projection are one matrix.</summary>
    public required bool? TieEmbeddings { get; init; }

    /// <summary>Standard deviation of the initial weights.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public required double? InitStd { get; init; }

    /// <summary>The embedding's rows are padded up to a multiple of this.</summary>
    [Range(1, 1 << 20)]
    public required int MakeVocabularySizeDivisibleBy { get; init; }

    /// <summary>The model's configuration: the preset with what is set here.</summary>
    /// <param name="tokenizerVocabulary">Number of tokens of the tokenizer, used where no vocabulary size is set.</param>
    public LlamaConfig ToLlama(int? tokenizerVocabulary = null) => Over(LlamaPresets.Get(Preset), tokenizerVocabulary);

    /// <summary>Lays what is set here over a configuration, such as that of a Hugging Face folder.</summary>
    /// <param name="basis">What to start from.</param>
    /// <param name="tokenizerVocabulary">Number of tokens of the tokenizer, used where no vocabulary size is set.</param>
    public LlamaConfig Over(LlamaConfig basis, int? tokenizerVocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(basis);
        return basis with
        {
            VocabularySize = VocabularySize ?? tokenizerVocabulary ?? basis.VocabularySize,
            HiddenSize = HiddenSize ?? basis.HiddenSize,
            Layers = Layers ?? basis.Layers,
            Heads = Heads ?? basis.Heads,
            KvHeads = KvHeads ?? basis.KvHeads,
            FfnSize = FfnSize ?? basis.FfnSize,
            MaxPositions = MaxPositions ?? basis.MaxPositions,
            NormEps = NormEps ?? basis.NormEps,
            RopeTheta = RopeTheta ?? basis.RopeTheta,
            RopeScalingFactor = RopeScalingFactor ?? basis.RopeScalingFactor,
            TieEmbeddings = TieEmbeddings ?? basis.TieEmbeddings,
            InitStd = InitStd ?? basis.InitStd,
            MakeVocabularySizeDivisibleBy = MakeVocabularySizeDivisibleBy,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LlamaPresets.Names.Contains(Preset))
        {
            yield return new($"expected one of {string.Join(", ", LlamaPresets.Names)}. The nearest one is {KeyNames.Nearest(Preset, LlamaPresets.Names)}.", [nameof(Preset)]);
            yield break;
        }

        var model = ToLlama();
        if (model.HiddenSize % model.Heads != 0)
        {
            yield return new($"hidden-size {model.HiddenSize} is not divisible by heads {model.Heads}.", [HiddenSize is null ? nameof(Heads) : nameof(HiddenSize)]);
        }
        else if (model.HeadSize % 2 != 0)
        {
            yield return new($"hidden-size {model.HiddenSize} over {model.Heads} heads gives a head size of {model.HeadSize}, which must be even since RoPE rotates pairs.", [HiddenSize is null ? nameof(Heads) : nameof(HiddenSize)]);
        }

        if (model.Heads % model.KvHeads != 0)
        {
            yield return new($"heads {model.Heads} is not divisible by kv-heads {model.KvHeads}.", [KvHeads is null ? nameof(Heads) : nameof(KvHeads)]);
        }
    }
}
