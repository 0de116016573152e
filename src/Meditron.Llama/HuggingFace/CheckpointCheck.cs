namespace Meditron.Llama.HuggingFace;

/// <summary>Compares a folder's tensors and constants with what a layout needs, and lists every difference.</summary>
internal sealed class CheckpointCheck(HuggingFaceCheckpoint checkpoint, ParameterLayout layout, HuggingFaceLoadOptions options)
{
    private const int Shown = 8;

    private readonly List<string> problems = [];
    private readonly Lazy<ParameterLayout> whole = new(() => ParameterLayout.Create(layout.Config));

    public IReadOnlyList<string> Problems()
    {
        CompareConstants();
        List<string> missing = [];
        List<string> misshaped = [];
        foreach (var parameter in layout.Canonical)
        {
            var source = checkpoint.SourceOf(parameter.Name);
            if (!checkpoint.Contains(source))
            {
                missing.Add(parameter.Name);
            }
            else if (ShapeProblem(parameter, checkpoint.Entry(source).Shape) is { } problem)
            {
                misshaped.Add($"{source} is {checkpoint.Entry(source).Describe()} and should be {problem}");
            }
        }

        List("missing", missing);
        List("misshaped", misshaped);
        List("unexpected", [.. checkpoint.Names.Where(IsUnexpected)]);
        if (misshaped.Count == 0)
        {
            CompareTiedHead();
        }

        return problems;
    }

    private string? ShapeProblem(ParameterSpec parameter, IReadOnlyList<long> shape)
    {
        if (parameter.Role is not (ParameterRole.Embedding or ParameterRole.Head))
        {
            return shape.SequenceEqual(parameter.Shape) ? null : $"[{string.Join(", ", parameter.Shape)}]";
        }

        var tokens = parameter.MeaningfulRows;
        var padded = parameter.Shape[0];
        var hidden = parameter.Shape[1];
        if (shape.Count != 2 || shape[1] != hidden || shape[0] == 0)
        {
            return $"[{tokens}, {hidden}]";
        }

        if (shape[0] < tokens && options.NewTokenRows == NewTokenRows.Refuse)
        {
            return $"[{tokens}, {hidden}] (new tokens are refused by NewTokenRows)";
        }

        var padding = shape[0] <= tokens || shape[0] == padded || checkpoint.Config.Model.VocabularySize == tokens;
        return padding || options.TrimVocabulary
            ? null
            : $"[{tokens}, {hidden}] or, padded, [{padded}, {hidden}]; to drop the last {shape[0] - tokens} tokens, ask for TrimVocabulary";
    }

    private bool IsUnexpected(string name)
    {
        // Older files carry the rotary frequencies, which follow from the configuration.
        if (name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || layout.Contains(name))
        {
            return false;
        }

        if (name == ParameterNames.Head && layout.Config.TieEmbeddings)
        {
            return false;
        }

        // A stage reads its own part of a whole model's folder.
        return layout.Span == StageSpan.Whole(layout.Config) || !whole.Value.Contains(name);
    }

    private void CompareTiedHead()
    {
        if (!layout.Config.TieEmbeddings || !checkpoint.Contains(ParameterNames.Head) || !checkpoint.Contains(ParameterNames.Embedding) || !layout.Contains(ParameterNames.Embedding))
        {
            return;
        }

        using var head = checkpoint.Map(ParameterNames.Head);
        using var embedding = checkpoint.Map(ParameterNames.Embedding);
        if (head.dtype != embedding.dtype || !head.equal(embedding))
        {
            problems.Add($"different: {ParameterNames.Head} differs from {ParameterNames.Embedding}, and the model has tied embeddings; load it with untied ones");
        }
    }

    private void CompareConstants()
    {
        var (file, model) = (checkpoint.Config.Model, layout.Config);
        Compare("num_hidden_layers", file.Layers, model.Layers);
        Compare("num_attention_heads", file.Heads, model.Heads);
        Compare("num_key_value_heads", file.KvHeads, model.KvHeads);
        if (!options.IgnoreConstants)
        {
            Compare("rms_norm_eps", file.NormEps, model.NormEps);
            Compare("rope_theta", file.RopeTheta, model.RopeTheta);
            Compare("rope_scaling factor", file.RopeScalingFactor, model.RopeScalingFactor);
        }
    }

    private void Compare<T>(string key, T file, T model)
        where T : IEquatable<T>
    {
        if (!file.Equals(model))
        {
            problems.Add($"different: {key} is {file} in the folder and {model} in the model");
        }
    }

    private void List(string what, List<string> names)
    {
        if (names.Count > 0)
        {
            problems.Add($"{what} ({names.Count}): {string.Join("; ", names.Take(Shown))}{(names.Count > Shown ? "; ..." : string.Empty)}");
        }
    }
}
