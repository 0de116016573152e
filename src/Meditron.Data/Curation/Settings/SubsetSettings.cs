namespace Meditron.Data.Curation.Settings;

/// <summary>What holds for a subset as a whole.</summary>
public sealed record SubsetSettings
{
    /// <summary>The subset's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The share of its documents that is sampled into the corpus; below 1 for experience replay.</summary>
    public double SampleRate { get; init; } = 1;

    /// <summary>The share of its documents that goes to the validation split: 0.03 for abstracts and papers, 0.05 for guidelines, 0 for replay.</summary>
    public double ValidationRate { get; init; }

    /// <summary>Its weight in the blend; 0 for its number of tokens, which makes the blend a plain concatenation.</summary>
    public double Weight { get; init; }

    internal void Validate()
    {
        Check.That(Name.Length > 0, "subsets.name", Name, "the name of a subset");
        Check.Share(SampleRate, $"subsets.{Name}.sample-rate");
        Check.Share(ValidationRate, $"subsets.{Name}.validation-rate");
        Check.That(Weight >= 0 && double.IsFinite(Weight), $"subsets.{Name}.weight", Weight, "0 or more");
    }
}
