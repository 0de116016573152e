using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>What a job does that has fewer workers than its layout needs.</summary>
/// <param name="Action">What.</param>
/// <param name="WaitTimeout">How long workers are waited for.</param>
/// <param name="MinData">Copies of the model below which it does not go on.</param>
public sealed record TooFewWorkersOptions(TooFewWorkersAction Action, TimeSpan WaitTimeout, int MinData)
{
    /// <summary>It shrinks at once.</summary>
    public static TooFewWorkersOptions Default { get; } = new(TooFewWorkersAction.Shrink, TimeSpan.FromMinutes(30), 1);
}
