using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>Copies of shards in the memory of other machines: <c>meditron.recovery.copies</c>.</summary>
public sealed record CopySettings : IValidatableObject
{
    /// <summary><c>auto</c> or <c>off</c>.</summary>
    [AllowedValues("auto", "off")]
    public required string AcrossMachines { get; init; }

    /// <summary>How long another machine may take for anything when a shard moves.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether copies are made where there are several machines.</summary>
    public bool IsOn => AcrossMachines == "auto";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromHours(1))
        {
            yield return new("timeout must be between 100ms and 1h.", [nameof(Timeout)]);
        }
    }
}
