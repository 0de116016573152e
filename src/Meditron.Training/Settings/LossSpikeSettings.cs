using System.ComponentModel.DataAnnotations;
using Meditron.Training.Divergence;
using Meditron.Training.Recovery;

namespace Meditron.Training.Settings;

/// <summary>Losses far above those before them: <c>meditron.recovery.loss-spike</c>.</summary>
public sealed record LossSpikeSettings : IValidatableObject
{
    /// <summary>What is done about one.</summary>
    public required LossSpikeAction Action { get; init; }

    /// <summary>A spike is above so many times the median of the window; 0 leaves that out.</summary>
    [Range(0.0, 1e6)]
    public required double Factor { get; init; }

    /// <summary>A spike is above the median by so many standard deviations; 0 leaves that out.</summary>
    [Range(0.0, 1e6)]
    public required double Deviations { get; init; }

    /// <summary>Steps before that a loss is held against.</summary>
    [Range(2, StepHistory.Length - 8)]
    public required int Window { get; init; }

    /// <summary>Steps at the beginning of a run in which no spike is looked for.</summary>
    [Range(0, int.MaxValue)]
    public required int WarmUp { get; init; }

    /// <summary>Steps that a rollback goes back at least.</summary>
    [Range(1, int.MaxValue)]
    public required int RollbackSteps { get; init; }

    /// <summary>Steps in a row that may be left out; 0 for any number.</summary>
    [Range(0, int.MaxValue)]
    public required int MaxInARow { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Action != LossSpikeAction.Off && Factor == 0 && Deviations == 0)
        {
            yield return new("factor and deviations are both 0, so that every loss above the median would be a spike. Set one of them, as in deviations = 6.", [nameof(Action)]);
        }

        if (Factor is > 0 and <= 1)
        {
            yield return new("factor must be above 1, or 0 to leave it out.", [nameof(Factor)]);
        }
    }
}
