namespace Meditron.Data.Curation.Formatting;

/// <summary>Where the captions of figures and tables go.</summary>
public enum FloatPlacement
{
    /// <summary>Where the figure or table stands; those that stand nowhere, at the end.</summary>
    InPlace,

    /// <summary>All at the end of the body.</summary>
    End,

    /// <summary>Nowhere.</summary>
    Drop,
}
