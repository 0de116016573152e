namespace Meditron.Training.Settings;

/// <summary>How the learning rate goes from its peak to its minimum after the warm-up.</summary>
public enum DecayStyle
{
    /// <summary>Half a cosine.</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>It stays at the peak.</summary>
    Constant,
}
