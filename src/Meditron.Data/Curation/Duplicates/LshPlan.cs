namespace Meditron.Data.Curation.Duplicates;

/// <summary>How a signature is cut into bands, and what share of near-duplicates that finds: b bands of r rows bring a pair of similarity s together with probability 1 - (1 - s^r)^b.</summary>
/// <param name="Permutations">The length of a signature.</param>
/// <param name="Threshold">The similarity from which a pair counts.</param>
/// <param name="Bands">The number of bands.</param>
/// <param name="Rows">Places of the signature in a band.</param>
public sealed record LshPlan(int Permutations, double Threshold, int Bands, int Rows)
{
    /// <summary>The number of equal places from which a candidate pair is accepted.</summary>
    public int MatchesNeeded => (int)Math.Ceiling((Threshold * Permutations) - 1e-9);

    /// <summary>The longest bands (the fewest candidates) that still bring the wanted share of pairs at the threshold together.</summary>
    public static LshPlan For(int permutations, double threshold, double candidateRecall)
    {
        for (var rows = permutations; rows > 1; rows--)
        {
            var plan = new LshPlan(permutations, threshold, permutations / rows, rows);
            if (plan.CandidateProbability(threshold) >= candidateRecall)
            {
                return plan;
            }
        }

        return new LshPlan(permutations, threshold, permutations, 1);
    }

    /// <summary>The probability that a pair of this similarity shares a band.</summary>
    public double CandidateProbability(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, Rows), Bands);

    /// <summary>The probability that the signatures of a pair of this similarity agree in enough places.</summary>
    public double AcceptProbability(double similarity)
    {
        if (similarity is <= 0 or >= 1)
        {
            return similarity <= 0 ? 0 : 1;
        }

        // The binomial tail, summed from logarithms of its terms.
        double total = 0;
        var logTerm = Permutations * Math.Log(1 - similarity);
        for (var k = 0; k <= Permutations; k++)
        {
            if (k >= MatchesNeeded)
            {
                total += Math.Exp(logTerm);
            }

            logTerm += Math.Log((double)(Permutations - k) / (k + 1)) + Math.Log(similarity / (1 - similarity));
        }

        return Math.Min(1, total);
    }

    /// <summary>An estimate of the share of pairs of this similarity that are found and accepted (the two events taken as independent).</summary>
    public double Recall(double similarity) => CandidateProbability(similarity) * AcceptProbability(similarity);

    /// <summary>A line for people: the parameters and the expected recall.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Bands} bands of {Rows} rows out of {Permutations} hashes, threshold {Threshold:0.00}; expected recall {Recall(Threshold):0.000} at the threshold, {Recall(Math.Min(1, Threshold + 0.05)):0.000} at +0.05, {Recall(Math.Min(1, Threshold + 0.1)):0.000} at +0.10; {Recall(Math.Max(0, Threshold - 0.1)):0.0000} of pairs at -0.10 taken by mistake");
}
