namespace Meditron.Training.Settings;

/// <summary>Which activations are computed again in the backward pass instead of being kept.</summary>
public enum Recompute
{
    /// <summary>None: fastest, most memory.</summary>
    None,

    /// <summary>Those that are large and cheap to compute.</summary>
    Selective,

    /// <summary>All of a layer but its input: least memory.</summary>
    Full,
}
