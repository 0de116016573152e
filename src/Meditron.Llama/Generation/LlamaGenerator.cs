using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama.Generation;

/// <summary>Runs a whole model forward token by token with a cache of keys and values, for generating text.</summary>
public sealed class LlamaGenerator : IDisposable
{
    private readonly ParameterStore parameters;
    private readonly IKernels kernels;
    private readonly LlamaConfig config;
    private readonly RopeTable rope;
    private readonly Tensor[] keys;
    private readonly Tensor[] values;
    private readonly ScalarType type;

    /// <summary>Allocates the cache.</summary>
    /// <param name="parameters">Weights of the whole model; not owned.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="maxTokens">Most tokens, prompt included.</param>
    public LlamaGenerator(ParameterStore parameters, IKernels kernels, int maxTokens)
    {
        config = parameters.Layout.Config;
        if (parameters.Layout.Span != StageSpan.Whole(config))
        {
            throw new LlamaConfigException("Generation needs a whole model in one stage. Export the checkpoint to one Hugging Face folder first.");
        }

        if (maxTokens < 1 || maxTokens > config.MaxPositions)
        {
            throw new LlamaConfigException($"{maxTokens} tokens do not fit the model's {config.MaxPositions} positions. Ask for fewer tokens or shorten the prompt.");
        }

        this.parameters = parameters;
        this.kernels = kernels;
        MaxTokens = maxTokens;
        type = parameters.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        rope = new RopeTable(config, maxTokens, parameters.Device);
        long[] cache = [1, maxTokens, config.KvHeads, config.HeadSize];
        keys = [.. Enumerable.Range(0, config.Layers).Select(_ => torch.zeros(cache, type, parameters.Device))];
        values = [.. Enumerable.Range(0, config.Layers).Select(_ => torch.zeros(cache, type, parameters.Device))];
    }

    /// <summary>Most tokens, prompt included.</summary>
    public int MaxTokens { get; }

    /// <summary>Tokens in the cache.</summary>
    public int Position { get; private set; }

    /// <summary>Forgets what is in the cache.</summary>
    public void Reset() => Position = 0;

    /// <summary>Appends tokens and gives the logits of the token after the last.</summary>
    /// <param name="tokens">At least one token.</param>
    /// <returns>One logit for each token of the vocabulary, padding left out.</returns>
    public float[] Append(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty || Position + tokens.Length > MaxTokens)
        {
            throw new ArgumentException($"{tokens.Length} tokens cannot be appended to {Position}: between 1 and {MaxTokens - Position} are possible.", nameof(tokens));
        }

        long count = tokens.Length, hidden = config.HiddenSize;
        using var scope = torch.NewDisposeScope();
        var ids = torch.tensor(tokens.ToArray()).to(parameters.Device);
        var x = Empty(count, hidden);
        kernels.embedding(parameters.Compute[ParameterNames.Embedding], ids, x);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            Layer(layer, x, tokens.Length);
        }

        var last = x.narrow(0, count - 1, 1);
        var normed = Empty(1, hidden);
        kernels.rms_norm(last, parameters.Compute[ParameterNames.FinalNorm], config.NormEps, normed, Rstd(1));
        var logits = Empty(1, config.PaddedVocabularySize);
        kernels.matmul_nt(normed, parameters.Compute[config.TieEmbeddings ? ParameterNames.Embedding : ParameterNames.Head], logits);
        Position += tokens.Length;
        var onHost = logits.to(ScalarType.Float32).cpu();
        return onHost.data<float>()[..config.VocabularySize].ToArray();
    }

    /// <summary>Generates tokens after a prompt, one at a time.</summary>
    /// <param name="prompt">Prompt tokens, at least one.</param>
    /// <param name="count">Most tokens to generate; generation also ends where the cache is full.</param>
    /// <param name="sampler">Draws the tokens.</param>
    /// <param name="stop">Ends generation when it is true of a token; that token is not returned.</param>
    public IEnumerable<int> Generate(IReadOnlyList<int> prompt, int count, TokenSampler sampler, Func<int, bool> stop)
    {
        Reset();
        var logits = Append([.. prompt]);
        for (var made = 0; made < count; made++)
        {
            var token = sampler.Next(logits);
            if (stop(token))
            {
                yield break;
            }

            yield return token;
            if (Position == MaxTokens)
            {
                yield break;
            }

            logits = Append([token]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rope.Dispose();
        foreach (var cache in keys.Concat(values))
        {
            cache.Dispose();
        }
    }

    private void Layer(int layer, Tensor x, int count)
    {
        var weights = parameters.Compute;
        int heads = config.Heads, groups = config.KvHeads, size = config.HeadSize;
        long width = (heads + 2L * groups) * size, ffn = config.FfnSize;
        var normed = Empty(count, config.HiddenSize);
        kernels.rms_norm(x, weights[ParameterNames.InputNorm(layer)], config.NormEps, normed, Rstd(count));
        var qkv = Empty(count, width);
        kernels.matmul_nt(normed, weights.Qkv(layer), qkv);
        Tensor Cut(long first, int number) => qkv.as_strided([1, count, number, size], [count * width, width, size, 1], first * size);
        Tensor q = Cut(0, heads), k = Cut(heads, groups);
        kernels.rope(q, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: false, position: Position);
        kernels.rope(k, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: false, position: Position);
        keys[layer].narrow(1, Position, count).copy_(k);
        values[layer].narrow(1, Position, count).copy_(Cut(heads + groups, groups));
        var attention = Empty(1, count, heads, size);
        var lse = torch.empty([1, heads, count], ScalarType.Float32, parameters.Device);
        var seen = Position + count;
        kernels.attention(q, keys[layer].narrow(1, 0, seen), values[layer].narrow(1, 0, seen), 1.0 / Math.Sqrt(size), attention, lse);
        kernels.matmul_nt(attention.view(count, config.HiddenSize), weights[ParameterNames.Attention(layer, 'o')], x, accumulate: true);
        kernels.rms_norm(x, weights[ParameterNames.PostAttentionNorm(layer)], config.NormEps, normed, Rstd(count));
        var gateUp = Empty(count, 2 * ffn);
        kernels.matmul_nt(normed, weights.GateUp(layer), gateUp);
        var activated = Empty(count, ffn);
        kernels.swiglu(gateUp.narrow(1, 0, ffn), gateUp.narrow(1, ffn, ffn), activated);
        kernels.matmul_nt(activated, weights[ParameterNames.Mlp(layer, "down")], x, accumulate: true);
    }

    private Tensor Empty(params long[] shape) => torch.empty(shape, type, parameters.Device);

    private Tensor Rstd(long count) => torch.empty([count], ScalarType.Float32, parameters.Device);
}
