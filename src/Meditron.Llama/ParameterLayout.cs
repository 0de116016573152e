namespace Meditron.Llama;

/// <summary>
/// The flat layout of a stage's parameters: matrices first, then norms, with query, key and value (and gate and up) of a layer adjacent,
/// so that each group is one matrix product. Master weights, gradients, moments and the compute copy all share it.
/// </summary>
public sealed class ParameterLayout
{
    /// <summary>Group starts are aligned to this many elements (one cache line of fp32).</summary>
    public const int Alignment = 16;

    private readonly Dictionary<string, ParameterSpec> byName;

    private ParameterLayout(LlamaConfig config, StageSpan span, TensorShard shard, List<ParameterSpec> parameters, long matrixLength, long length)
    {
        Config = config;
        Span = span;
        Shard = shard;
        Parameters = parameters;
        MatrixLength = matrixLength;
        Length = length;
        byName = parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        Canonical = [.. parameters.OrderBy(parameter => parameter.Index)];
    }

    /// <summary>The model.</summary>
    public LlamaConfig Config { get; }

    /// <summary>The part of the model laid out here.</summary>
    public StageSpan Span { get; }

    /// <summary>The share of every matrix laid out here.</summary>
    public TensorShard Shard { get; }

    /// <summary>The parameters in the order of their offsets.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>The parameters in the model's canonical order, the order in which norms are summed.</summary>
    public IReadOnlyList<ParameterSpec> Canonical { get; }

    /// <summary>Elements [0, MatrixLength) are matrices, to which weight decay applies.</summary>
    public long MatrixLength { get; }

    /// <summary>Elements of a flat buffer, alignment padding included.</summary>
    public long Length { get; }

    /// <summary>The parameter of that name.</summary>
    /// <exception cref="KeyNotFoundException">The stage has no such parameter.</exception>
    public ParameterSpec this[string name] => byName.TryGetValue(name, out var parameter)
        ? parameter
        : throw new KeyNotFoundException($"This stage (layers {Span.FirstLayer} to {Span.FirstLayer + Span.LayerCount - 1}) has no parameter '{name}'.");

    /// <summary>Whether the stage has a parameter of that name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Lays out the whole model.</summary>
    public static ParameterLayout Create(LlamaConfig config) => Create(config, StageSpan.Whole(config));

    /// <summary>Lays out one stage. Allocates no tensor.</summary>
    public static ParameterLayout Create(LlamaConfig config, StageSpan span) => Create(config, span, TensorShard.Whole);

    /// <summary>Lays out one rank's share of a stage. Allocates no tensor.</summary>
    /// <exception cref="LlamaConfigException">The model cannot be divided so.</exception>
    public static ParameterLayout Create(LlamaConfig config, StageSpan span, TensorShard shard)
    {
        config.Validate();
        shard.Validate(config);
        var groups = MatrixGroups(config, span, shard);
        var norms = Norms(config, span);
        var parameters = new List<ParameterSpec>();
        long offset = 0;
        foreach (var group in groups)
        {
            offset = Align(offset);
            foreach (var parameter in group)
            {
                parameters.Add(parameter with { Offset = offset });
                offset += parameter.Length;
            }
        }

        var matrixLength = offset = Align(offset);
        foreach (var norm in norms)
        {
            offset = Align(offset);
            parameters.Add(norm with { Offset = offset });
            offset += norm.Length;
        }

        return new ParameterLayout(config, span, shard, parameters, matrixLength, Align(offset));
    }

    private static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private static List<ParameterSpec[]> MatrixGroups(LlamaConfig config, StageSpan span, TensorShard shard)
    {
        long hidden = config.HiddenSize, keys = (long)config.KvHeads * config.HeadSize, ffn = config.FfnSize, vocabulary = config.PaddedVocabularySize;
        var outputStd = config.InitStd / Math.Sqrt(2.0 * config.Layers);
        var groups = new List<ParameterSpec[]>();
        ParameterSpec Matrix(string name, long rows, long columns, ParameterRole role, int index, double? std = null, long? meaningful = null)
        {
            var byColumns = role is ParameterRole.AttentionOutput or ParameterRole.Down;
            var localRows = byColumns ? rows : rows / shard.Count;
            var localMeaningful = byColumns ? rows : Math.Clamp((meaningful ?? rows) - shard.Index * localRows, 0, localRows);
            return new ParameterSpec(name, [localRows, byColumns ? columns / shard.Count : columns], role, 0, index, std ?? config.InitStd, localMeaningful)
            {
                Dimension = shard.Count == 1 ? ShardDimension.None : byColumns ? ShardDimension.Columns : ShardDimension.Rows,
                Shard = shard,
            };
        }


        if (span.HasEmbedding || (span.HasHead && config.TieEmbeddings))
        {
            groups.Add([Matrix(ParameterNames.Embedding, vocabulary, hidden, ParameterRole.Embedding, 0, meaningful: config.VocabularySize)]);
        }

        for (var layer = span.FirstLayer; layer < span.FirstLayer + span.LayerCount; layer++)
        {
            var index = LayerIndex(layer);
            groups.Add(
            [
                Matrix(ParameterNames.Attention(layer, 'q'), hidden, hidden, ParameterRole.Query, index + 1),
                Matrix(ParameterNames.Attention(layer, 'k'), keys, hidden, ParameterRole.Key, index + 2),
                Matrix(ParameterNames.Attention(layer, 'v'), keys, hidden, ParameterRole.Value, index + 3),
            ]);
            groups.Add([Matrix(ParameterNames.Attention(layer, 'o'), hidden, hidden, ParameterRole.AttentionOutput, index + 4, outputStd)]);
            groups.Add(
            [
                Matrix(ParameterNames.Mlp(layer, "gate"), ffn, hidden, ParameterRole.Gate, index + 6),
                Matrix(ParameterNames.Mlp(layer, "up"), ffn, hidden, ParameterRole.Up, index + 7),
            ]);
            groups.Add([Matrix(ParameterNames.Mlp(layer, "down"), hidden, ffn, ParameterRole.Down, index + 8, outputStd)]);
        }

        if (span.HasHead && !config.TieEmbeddings)
        {
            groups.Add([Matrix(ParameterNames.Head, vocabulary, hidden, ParameterRole.Head, LayerIndex(config.Layers) + 1, meaningful: config.VocabularySize)]);
        }

        return groups;
    }

    private static List<ParameterSpec> Norms(LlamaConfig config, StageSpan span)
    {
        var norms = new List<ParameterSpec>();
        ParameterSpec Norm(string name, int index) => new(name, [config.HiddenSize], ParameterRole.Norm, 0, index, 0, config.HiddenSize);
        for (var layer = span.FirstLayer; layer < span.FirstLayer + span.LayerCount; layer++)
        {
            norms.Add(Norm(ParameterNames.InputNorm(layer), LayerIndex(layer)));
            norms.Add(Norm(ParameterNames.PostAttentionNorm(layer), LayerIndex(layer) + 5));
        }

        if (span.HasHead)
        {
            norms.Add(Norm(ParameterNames.FinalNorm, LayerIndex(config.Layers)));
        }

        return norms;
    }

    private static int LayerIndex(int layer) => 1 + 9 * layer;
}
