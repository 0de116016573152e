using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>
/// Tells from the signs of life of a generation's ranks which of them get nothing done: a rank that computes and stands still is the culprit, those that wait for it are
/// its victims; where all wait, a message was lost. How long is too long follows the job's own pace.
/// </summary>
/// <param name="timeout">The least time after which a rank that gets nothing done has failed.</param>
internal sealed class ProgressWatch(TimeSpan timeout)
{
    /// <summary>How many times the longest pause of the job at its normal pace is too long.</summary>
    private const int PausesOfPatience = 5;

    /// <summary>How many times longer a generation's first step may take: memory is faulted in, files are read, code is compiled.</summary>
    private const int FirstStepFactor = 6;

    /// <summary>What of the longest pause is left after a step, so that one slow moment is forgotten.</summary>
    private const double Remembered = 0.95;

    private Rank[] ranks = [];
    private bool stepped;
    private double longest;

    /// <summary>How long a rank may stand still now.</summary>
    public TimeSpan Patience
    {
        get
        {
            var least = stepped ? timeout : FirstStepFactor * timeout;
            var pace = TimeSpan.FromSeconds(PausesOfPatience * longest);
            return pace > least ? pace : least;
        }
    }

    /// <summary>A generation begins to connect or to train.</summary>
    /// <param name="world">Its ranks.</param>
    /// <param name="now">The time.</param>
    public void Begin(int world, TimeSpan now)
    {
        ranks = new Rank[world];
        Array.Fill(ranks, new Rank(0, DeviceState.Unknown, now));
        stepped = false;
    }

    /// <summary>A rank has given a sign of life.</summary>
    public void Heard(int rank, long count, DeviceState state, TimeSpan now)
    {
        if (rank < 0 || rank >= ranks.Length)
        {
            return;
        }

        var before = ranks[rank];
        if (before.Count == count && before.State == state)
        {
            return;
        }

        if (stepped && before.State == DeviceState.Computing)
        {
            longest = Math.Max(longest, (now - before.Since).TotalSeconds);
        }

        ranks[rank] = new Rank(count, state, now);
    }

    /// <summary>A rank has told of a step, and gives no other sign of life for a while.</summary>
    public void Told(int rank, TimeSpan now)
    {
        if (rank < ranks.Length)
        {
            ranks[rank] = ranks[rank] with { Count = -1, Since = now };
        }
    }

    /// <summary>A step was taken.</summary>
    public void Stepped()
    {
        stepped = true;
        longest *= Remembered;
    }

    /// <summary>Time in which nobody was listened to counts for nobody.</summary>
    public void Excuse(TimeSpan late)
    {
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            ranks[rank] = ranks[rank] with { Since = ranks[rank].Since + late };
        }
    }

    /// <summary>Who stands still.</summary>
    public ProgressJudgement Judge(TimeSpan now)
    {
        var patience = Patience;
        var still = Enumerable.Range(0, ranks.Length).Where(rank => now - ranks[rank].Since > patience).ToList();
        List<int> culprits = [.. still.Where(rank => ranks[rank].State == DeviceState.Computing)];
        if (culprits.Count > 0)
        {
            return new ProgressJudgement(culprits, false, $"has computed for {(now - culprits.Min(rank => ranks[rank].Since)).TotalSeconds:0.0} s without getting anything done");
        }

        return still.Count == ranks.Length && ranks.Length > 0 && ranks.All(rank => rank.State is DeviceState.Waiting or DeviceState.Resting)
            ? new ProgressJudgement([], true, $"all ranks have waited for each other for {(now - ranks.Max(rank => rank.Since)).TotalSeconds:0.0} s: a message was lost")
            : ProgressJudgement.Fine;
    }

    private sealed record Rank(long Count, DeviceState State, TimeSpan Since);
}
