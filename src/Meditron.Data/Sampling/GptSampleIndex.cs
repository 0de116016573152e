namespace Meditron.Data.Sampling;

/// <summary>The three arrays that turn a sample's number into places in a dataset, by Megatron's rules and in NumPy's order.</summary>
public sealed class GptSampleIndex
{
    private GptSampleIndex(EpochPlan plan, int[] documents, int[] positions, uint[] shuffle)
    {
        Plan = plan;
        DocumentIndex = documents;
        SampleIndex = positions;
        ShuffleIndex = shuffle;
    }

    /// <summary>How often the part is gone through.</summary>
    public EpochPlan Plan { get; }

    /// <summary>How many samples there are.</summary>
    public long Count => ShuffleIndex.Length;

    /// <summary>The sequences in the order they are packed (<c>doc_idx</c>).</summary>
    internal int[] DocumentIndex { get; }

    /// <summary>Where each sample begins, and the last one ends: a place in <see cref="DocumentIndex"/> and an offset (<c>sample_idx</c>).</summary>
    internal int[] SampleIndex { get; }

    /// <summary>Which of the packed samples each number gives (<c>shuffle_idx</c>).</summary>
    internal uint[] ShuffleIndex { get; }

    /// <summary>Builds the index.</summary>
    /// <param name="sizes">Tokens of every sequence of the dataset.</param>
    /// <param name="request">Which part, how many samples, how long, which seed.</param>
    /// <param name="file">The dataset, for messages.</param>
    /// <exception cref="SamplingException">The part is empty or shorter than a sample, or would need too many samples.</exception>
    public static GptSampleIndex Build(ReadOnlySpan<int> sizes, GptIndexRequest request, string? file = null)
    {
        var plan = PlanFor(sizes, request, file);
        var random = new NumpyRandomState(request.Seed);
        var documents = BuildDocuments(request, plan, random);
        var positions = new int[2 * (plan.Samples + 1)];
        var walk = new SampleWalk(sizes, documents, request.SequenceLength);
        for (long sample = 1; sample <= plan.Samples; sample++)
        {
            walk.Advance();
            positions[2 * sample] = walk.Document;
            positions[(2 * sample) + 1] = walk.Offset;
        }

        var shuffle = new uint[plan.Samples];
        for (var i = 0; i < shuffle.Length; i++)
        {
            shuffle[i] = (uint)i;
        }

        var apart = plan.SeparateLastEpoch ? (int)plan.SamplesBeforeLastEpoch : shuffle.Length;
        random.Shuffle(shuffle.AsSpan(0, apart));
        random.Shuffle(shuffle.AsSpan(apart));
        return new GptSampleIndex(plan, documents, positions, shuffle);
    }

    /// <summary>Takes arrays that were read from files, if they are an index for the request: right lengths, every sequence once a pass, places that
    /// follow from the sizes, a permutation.</summary>
    /// <returns>Null, with the reason, where they are not.</returns>
    internal static GptSampleIndex? TryAdopt(
        ReadOnlySpan<int> sizes, GptIndexRequest request, int[] documents, int[] positions, uint[] shuffle, string? file, out string? reason)
    {
        var plan = PlanFor(sizes, request, file);
        if (documents.LongLength != (long)plan.Epochs * request.Sequences || positions.LongLength != 2 * (plan.Samples + 1) || shuffle.LongLength != plan.Samples)
        {
            reason = "their lengths are those of another dataset or split";
            return null;
        }

        var counts = new int[request.Sequences];
        foreach (var document in documents)
        {
            var place = document - request.FirstSequence;
            if ((uint)place >= (uint)counts.Length || ++counts[place] > plan.Epochs)
            {
                reason = $"doc_idx holds sequence {document}, which is not in the split or there too often";
                return null;
            }
        }

        var walk = new SampleWalk(sizes, documents, request.SequenceLength);
        for (long sample = 0; sample <= plan.Samples; sample++)
        {
            if (sample > 0)
            {
                walk.Advance();
            }

            if (positions[2 * sample] != walk.Document || positions[(2 * sample) + 1] != walk.Offset)
            {
                reason = $"sample_idx does not follow from the sequences' sizes at sample {sample}";
                return null;
            }
        }

        var apart = plan.SeparateLastEpoch ? plan.SamplesBeforeLastEpoch : plan.Samples;
        var seen = new bool[shuffle.Length];
        for (var i = 0; i < shuffle.Length; i++)
        {
            if (shuffle[i] >= shuffle.Length || (i < apart) != (shuffle[i] < apart) || seen[shuffle[i]])
            {
                reason = $"shuffle_idx is not a permutation at sample {i}";
                return null;
            }

            seen[shuffle[i]] = true;
        }

        reason = null;
        return new GptSampleIndex(plan, documents, positions, shuffle);
    }

    private static EpochPlan PlanFor(ReadOnlySpan<int> sizes, GptIndexRequest request, string? file)
    {
        if (request.FirstSequence < 0 || request.EndSequence > sizes.Length || request.Sequences <= 0)
        {
            throw new SamplingException(
                $"could not make samples of sequences {request.FirstSequence} to {request.EndSequence}: the part is empty or not in the dataset, which has {sizes.Length}. "
                + "Give more data, or another split.", file);
        }

        if (request.SequenceLength < 1 || request.Samples < 0)
        {
            throw new SamplingException(
                $"could not make {request.Samples} samples of {request.SequenceLength} tokens: a sample has at least one token, and their number is not negative.", file);
        }

        long tokens = 0;
        foreach (var size in sizes[request.FirstSequence..request.EndSequence])
        {
            tokens += size;
        }

        if (tokens <= request.SequenceLength)
        {
            throw new SamplingException(
                $"could not make samples of {request.SequenceLength} tokens: sequences {request.FirstSequence} to {request.EndSequence} have {tokens} tokens together, "
                + $"{request.SequenceLength + 1} are needed for one. Give more data, a shorter sequence length, or a larger share of the split.", file);
        }

        var plan = EpochPlan.For(tokens, request.SequenceLength, request.Samples);
        if (2 * (plan.Samples + 1) > Array.MaxLength || (long)plan.Epochs * request.Sequences > Array.MaxLength)
        {
            throw new SamplingException(
                $"could not make {request.Samples} samples: the index would have {plan.Samples} samples of {plan.Epochs} passes, which is more than fits. Ask for fewer.", file);
        }

        return plan;
    }

    private static int[] BuildDocuments(GptIndexRequest request, EpochPlan plan, NumpyRandomState random)
    {
        var documents = new int[plan.Epochs * request.Sequences];
        for (var i = 0; i < documents.Length; i++)
        {
            documents[i] = request.FirstSequence + (i % request.Sequences);
        }

        var apart = plan.SeparateLastEpoch ? documents.Length - request.Sequences : documents.Length;
        random.Shuffle(documents.AsSpan(0, apart));
        random.Shuffle(documents.AsSpan(apart));
        return documents;
    }
}
