using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>Divides a model's layers over pipeline stages so that the costliest stage costs least, with the output projection counted to the last.</summary>
public static class StageSplit
{
    /// <summary>Divides by the matrix work of a training token.</summary>
    /// <param name="config">The model.</param>
    /// <param name="stages">Stages, at most as many as layers.</param>
    /// <param name="sequenceLength">Tokens in a sequence, which attention's work grows with.</param>
    /// <exception cref="LlamaConfigException">There are more stages than layers, or the model's embeddings are tied and there is more than one stage.</exception>
    public static IReadOnlyList<StageSpan> Create(LlamaConfig config, int stages, int sequenceLength)
    {
        config.Validate();
        if (stages < 1 || stages > config.Layers)
        {
            throw new LlamaConfigException(
                $"The model's {config.Layers} layers cannot be divided over {stages} pipeline stages: each needs at least one. Change meditron.parallel.pipeline.");
        }

        if (stages > 1 && config.TieEmbeddings)
        {
            throw new LlamaConfigException(
                "The model ties its embeddings, so its first and last layer share a matrix and must be on one stage. Use meditron.parallel.pipeline = 1.");
        }

        var counts = Counts(config.Layers, stages, HeadCost(config, sequenceLength));
        var spans = new List<StageSpan>(stages);
        var first = 0;
        for (var stage = 0; stage < stages; stage++)
        {
            spans.Add(new StageSpan(first, counts[stage], stage == 0, stage == stages - 1));
            first += counts[stage];
        }

        return spans;
    }

    /// <summary>The work of the output projection in layers.</summary>
    public static double HeadCost(LlamaConfig config, int sequenceLength)
    {
        double hidden = config.HiddenSize;
        var layer = 2 * hidden * hidden + 2 * hidden * config.KvHeads * config.HeadSize + 3 * hidden * config.FfnSize + hidden * sequenceLength;
        return hidden * config.PaddedVocabularySize / layer;
    }

    /// <summary>
    /// Layers of each stage: as many on the last as leaves it no costlier than the others, the rest as even as possible, with the remainder at the
    /// back, since the stages at the front hold more micro-batches at once.
    /// </summary>
    private static int[] Counts(int layers, int stages, double head)
    {
        if (stages == 1)
        {
            return [layers];
        }

        var best = new int[stages];
        var bestCost = double.PositiveInfinity;
        for (var last = 1; last <= layers - (stages - 1); last++)
        {
            var rest = layers - last;
            var largest = (rest + stages - 2) / (stages - 1);
            var cost = Math.Max(largest, last + head);
            if (cost <= bestCost)
            {
                bestCost = cost;
                for (var stage = 0; stage < stages - 1; stage++)
                {
                    best[stage] = rest / (stages - 1) + (stage >= stages - 1 - rest % (stages - 1) ? 1 : 0);
                }

                best[^1] = last;
            }
        }

        return best;
    }
}
