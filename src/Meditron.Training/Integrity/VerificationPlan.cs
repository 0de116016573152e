using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>Which micro-batch of a step is computed twice, and by whom; ranks, micro-batches and verifiers take turns.</summary>
/// <param name="Data">The data-parallel rank whose micro-batch it is.</param>
/// <param name="Micro">The micro-batch, counted within that rank.</param>
/// <param name="Verifier">The data-parallel rank that computes it as well; the same one where there is no other.</param>
/// <param name="Third">The one that decides where they disagree; -1 where there is none, and both compute again.</param>
public sealed record VerificationPlan(int Data, int Micro, int Verifier, int Third)
{
    /// <summary>Words that a rank says of its computations: of the first two, and of those that decide.</summary>
    public const int Words = 8;

    /// <summary>Plans a step; null where nothing is computed twice in it.</summary>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="interval">Steps between; 0 for none.</param>
    /// <param name="shares">The micro-batches of each data-parallel rank.</param>
    public static VerificationPlan? Of(int step, int interval, MicroBatchShares shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (interval <= 0 || step % interval != 0)
        {
            return null;
        }

        var (turn, ranks) = (step / interval - 1, shares.Ranks);
        var data = turn % ranks;
        var micro = turn / ranks % shares.CountOf(data);
        if (ranks == 1)
        {
            return new VerificationPlan(data, micro, data, -1);
        }

        var distance = 1 + turn / ranks % (ranks - 1);
        var verifier = (data + distance) % ranks;
        var third = ranks > 2 ? (data + 1 + distance % (ranks - 1)) % ranks : -1;
        return new VerificationPlan(data, micro, verifier, third);
    }
}
