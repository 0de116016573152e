namespace Meditron.Llama.Generation;

/// <summary>How the next token is drawn from the logits.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits; 0 takes the most likely token.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Draw among this many most likely tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Draw among the most likely tokens that together have this probability (nucleus sampling, Holtzman et al. 2020).</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Seed of the draws.</summary>
    public int Seed { get; init; } = 1234;

    /// <summary>Throws unless the options are in range.</summary>
    /// <exception cref="LlamaConfigException">An option is out of range.</exception>
    public void Validate()
    {
        if (Temperature < 0 || TopK < 0 || TopP is <= 0 or > 1)
        {
            throw new LlamaConfigException($"Sampling needs temperature >= 0, top-k >= 0 and 0 < top-p <= 1, but got temperature {Temperature}, top-k {TopK}, top-p {TopP}.");
        }
    }
}
