namespace Meditron.Data.Curation.Settings;

/// <summary>The filter by the share of letters among the characters that are not white space.</summary>
public sealed record LettersSettings
{
    /// <summary>The lowest share that is kept.</summary>
    public double MinShare { get; init; } = 0.6;

    internal void Validate() => Check.Share(MinShare, "letters.min-share");
}
