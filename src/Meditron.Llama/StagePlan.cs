using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>
/// Every activation buffer of a stage, planned before anything is allocated, so that a steady step allocates nothing
/// and memory can be refused in advance.
/// </summary>
public sealed class StagePlan
{
    /// <summary>Logits are computed for at most about this many bytes of tokens at once.</summary>
    private const long HeadChunkBytes = 64L << 20;

    private readonly List<PlannedBuffer> buffers = [];

    private StagePlan(LlamaConfig config, StageSpan span, TensorShard shard, StageOptions options)
    {
        Shard = shard;
        Config = config;
        Span = span;
        Options = options;
        Activation = options.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        HeadChunk = ChunkTokens(config, options);
    }

    /// <summary>The model.</summary>
    public LlamaConfig Config { get; }

    /// <summary>The stage's part of it.</summary>
    public StageSpan Span { get; }

    /// <summary>The share of every matrix that the stage holds.</summary>
    public TensorShard Shard { get; }

    /// <summary>Tokens of a micro-batch whose residual stream is here: all of them, or with tensor parallelism a share (sequence parallelism).</summary>
    public int ResidualTokens => Options.Tokens / Shard.Count;

    /// <summary>How the stage runs.</summary>
    public StageOptions Options { get; }

    /// <summary>Element type of activations.</summary>
    public ScalarType Activation { get; }

    /// <summary>Tokens whose logits are in memory at once; depends on the configuration alone, so the bits do not depend on the machine.</summary>
    public int HeadChunk { get; }

    /// <summary>The buffers.</summary>
    public IReadOnlyList<PlannedBuffer> Buffers => buffers;

    /// <summary>Bytes of all activation buffers.</summary>
    public long ActivationBytes => buffers.Sum(buffer => buffer.Bytes);

    /// <summary>Bytes of weights, gradients and optimizer state that a training stage holds beside them (no sharding).</summary>
    public long StateBytes
    {
        get
        {
            var length = ParameterLayout.Create(Config, Span, Shard).Length;
            var compute = Options.Precision == Precision.Bf16 ? 2 : 0;
            return length * (Options.ForwardOnly ? 4 + compute : 16 + compute);
        }
    }

    /// <summary>Plans the buffers of a stage. Allocates no tensor.</summary>
    public static StagePlan Create(LlamaConfig config, StageSpan span, StageOptions options) => Create(config, span, TensorShard.Whole, options);

    /// <summary>Plans the buffers of one rank's share of a stage. Allocates no tensor.</summary>
    /// <exception cref="LlamaConfigException">The model or the batch cannot be divided so.</exception>
    public static StagePlan Create(LlamaConfig config, StageSpan span, TensorShard shard, StageOptions options)
    {
        config.Validate();
        options.Validate(config);
        shard.Validate(config);
        if (options.Tokens % shard.Count != 0 || (shard.Count > 1 && (options.ForwardOnly || options.SplitBackward)))
        {
            throw new LlamaConfigException(
                $"The {options.Tokens} tokens of a micro-batch cannot be divided over {shard.Count} tensor-parallel ranks, or the stage runs forward only or with a split backward, which tensor "
                + "parallelism does not. Change meditron.parallel.tensor, training.micro-batch or training.sequence-length.");
        }

        var plan = new StagePlan(config, span, shard, options);
        plan.AddAll();
        return plan;
    }

    /// <summary>The activation scope that layer <paramref name="layer"/> (counted from the stage's first) of a slot uses.</summary>
    public string Scope(int slot, int layer) => Options.Recompute == Recompute.Full || Options.ForwardOnly ? "shared" : $"slot{slot}.layer{layer}";

    /// <summary>The scope of what selective recomputation computes again.</summary>
    public string CheapScope(int slot, int layer) => Options.Recompute == Recompute.None ? Scope(slot, layer) : "shared";

    /// <summary>The scope of the gradients that a deferred gradient by weight reads.</summary>
    public string GradientScope(int slot, int layer) => Options.SplitBackward ? $"slot{slot}.layer{layer}.gradient" : "gradient";

    private static int ChunkTokens(LlamaConfig config, StageOptions options)
    {
        long tokens = options.Tokens, bytes = tokens * config.PaddedVocabularySize * 4;
        var chunks = Math.Max(1, (bytes + HeadChunkBytes - 1) / HeadChunkBytes);
        return (int)((tokens + chunks - 1) / chunks);
    }

    private void AddAll()
    {
        long tokens = Options.Tokens, hidden = Config.HiddenSize, residual = ResidualTokens, shards = Shard.Count;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var slot = 0; slot < Options.Slots; slot++)
        {
            if (Span.HasEmbedding)
            {
                Add($"slot{slot}.tokens", ScalarType.Int32, tokens);
            }

            if (Span.HasHead)
            {
                Add($"slot{slot}.targets", ScalarType.Int32, tokens);
                Add($"slot{slot}.loss", ScalarType.Float32, tokens);
            }

            AddLayers(slot, seen);
        }

        if (Span.HasHead)
        {
            Add("head.normed", Activation, tokens, hidden);
            Add("head.rstd", ScalarType.Float32, residual);
            Add("head.logits", Activation, HeadChunk, Config.PaddedVocabularySize / shards);
            if (shards > 1)
            {
                Add("head.stats", ScalarType.Float32, HeadChunk, 3);
                Add("head.all-stats", ScalarType.Float32, shards, HeadChunk, 3);
            }
        }

        if (shards > 1)
        {
            Add("tensor.full", Activation, tokens, hidden);
            Add("tensor.share", Activation, residual, hidden);
        }

        if (!Options.ForwardOnly)
        {
            Add("gradient.normed", Activation, tokens, hidden);
            Add("gradient.wide", Activation, tokens, Math.Max(Config.FfnSize, Config.HiddenSize) / shards);
        }
    }

    private void AddLayers(int slot, HashSet<string> seen)
    {
        long tokens = Options.Tokens, hidden = Config.HiddenSize, residual = ResidualTokens, shards = Shard.Count;
        long ffn = Config.FfnSize / shards, qkv = (hidden + 2L * Config.KvHeads * Config.HeadSize) / shards;
        var inputs = Options.ForwardOnly ? 2 : Span.LayerCount + 1;
        for (var layer = 0; layer < inputs; layer++)
        {
            Add($"slot{slot}.x{layer}", Activation, residual, hidden);
        }

        if (!Options.ForwardOnly)
        {
            Add($"slot{slot}.residual-gradient", Activation, residual, hidden);
        }

        for (var layer = 0; layer < Span.LayerCount; layer++)
        {
            var scope = Scope(slot, layer);
            if (seen.Add(scope))
            {
                Add(scope + ".rstd1", ScalarType.Float32, residual);
                Add(scope + ".qkv", Activation, tokens, qkv);
                Add(scope + ".attention", Activation, tokens, hidden / shards);
                Add(scope + ".lse", ScalarType.Float32, (long)Options.MicroBatch * Config.Heads / shards * Options.SequenceLength);
                Add(scope + ".middle", Activation, residual, hidden);
                Add(scope + ".rstd2", ScalarType.Float32, residual);
                Add(scope + ".gate-up", Activation, tokens, 2 * ffn);
            }

            var cheap = CheapScope(slot, layer);
            if (seen.Add(cheap + "#cheap"))
            {
                Add(cheap + ".normed1", Activation, tokens, hidden);
                Add(cheap + ".normed2", Activation, tokens, hidden);
                Add(cheap + ".activated", Activation, tokens, ffn);
            }

            var gradient = GradientScope(slot, layer);
            if (!Options.ForwardOnly && seen.Add(gradient))
            {
                Add(gradient + ".qkv", Activation, tokens, qkv);
                Add(gradient + ".gate-up", Activation, tokens, 2 * ffn);
                if (Options.SplitBackward)
                {
                    Add(gradient + ".out", Activation, tokens, hidden);
                    Add(gradient + ".middle", Activation, tokens, hidden);
                }
            }
        }
    }

    private void Add(string name, ScalarType type, params long[] shape) => buffers.Add(new PlannedBuffer(name, shape, type));
}
