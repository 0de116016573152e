namespace Meditron.Llama.Generation;

/// <summary>Draws tokens from logits; the same seed and logits give the same tokens.</summary>
public sealed class TokenSampler
{
    private readonly SamplingOptions options;
    private readonly Random random;
    private int[] order = [];
    private double[] weights = [];

    /// <summary>Creates a sampler.</summary>
    /// <exception cref="LlamaConfigException">An option is out of range.</exception>
    public TokenSampler(SamplingOptions options)
    {
        options.Validate();
        this.options = options;
        random = new Random(options.Seed);
    }

    /// <summary>Draws a token.</summary>
    /// <param name="logits">One logit a token; padding beyond the vocabulary must be left out.</param>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (options.Temperature == 0)
        {
            return ArgMax(logits);
        }

        if (order.Length != logits.Length)
        {
            order = new int[logits.Length];
            weights = new double[logits.Length];
        }

        var best = logits[ArgMax(logits)];
        for (var token = 0; token < logits.Length; token++)
        {
            order[token] = token;
            weights[token] = -Math.Exp((logits[token] - best) / options.Temperature);
        }

        // Negative weights sort the most likely first; ties keep no promise beyond being the same every time.
        Array.Sort(weights, order);
        return Draw(options.TopK == 0 ? logits.Length : Math.Min(options.TopK, logits.Length));
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var token = 1; token < logits.Length; token++)
        {
            if (logits[token] > logits[best])
            {
                best = token;
            }
        }

        return best;
    }

    private int Draw(int count)
    {
        double total = 0;
        for (var index = 0; index < count; index++)
        {
            total -= weights[index];
        }

        double kept = 0;
        var last = 0;
        for (; last < count; last++)
        {
            kept -= weights[last];
            if (kept >= options.TopP * total)
            {
                break;
            }
        }

        var point = random.NextDouble() * kept;
        for (var index = 0; index < count; index++)
        {
            point += weights[index];
            if (point <= 0)
            {
                return order[index];
            }
        }

        return order[Math.Min(last, count - 1)];
    }
}
