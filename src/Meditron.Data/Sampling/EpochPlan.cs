namespace Meditron.Data.Sampling;

/// <summary>How often a part of a dataset is gone through to give the samples needed.</summary>
/// <param name="TokensPerEpoch">Tokens of the part.</param>
/// <param name="Epochs">How often it is gone through.</param>
/// <param name="Samples">How many samples that gives, at least as many as needed.</param>
/// <param name="SeparateLastEpoch">True where the last pass is needed for less than 80 % and is shuffled apart.</param>
/// <param name="SamplesBeforeLastEpoch">Samples of the passes but the last.</param>
public readonly record struct EpochPlan(long TokensPerEpoch, int Epochs, long Samples, bool SeparateLastEpoch, long SamplesBeforeLastEpoch)
{
    /// <summary>Plans the passes.</summary>
    /// <param name="tokensPerEpoch">Tokens of the part, more than the sequence length.</param>
    /// <param name="sequenceLength">Tokens a sample's input has.</param>
    /// <param name="samples">How many samples are needed.</param>
    public static EpochPlan For(long tokensPerEpoch, int sequenceLength, long samples)
    {
        // The smallest number of passes whose tokens, but one, make that many samples: (e T - 1) / L >= n  <=>  e >= (n L + 1) / T.
        var needed = checked((samples * sequenceLength) + 1);
        var epochs = checked((int)Math.Max(1, (needed + tokensPerEpoch - 1) / tokensPerEpoch));
        var total = SamplesIn(epochs);
        if (epochs == 1)
        {
            return new EpochPlan(tokensPerEpoch, 1, total, false, 0);
        }

        var before = SamplesIn(epochs - 1);
        var perEpoch = SamplesIn(1);
        return new EpochPlan(tokensPerEpoch, epochs, total, samples - before < (long)(0.80 * perEpoch), before);

        long SamplesIn(long passes) => checked((passes * tokensPerEpoch) - 1) / sequenceLength;
    }
}
