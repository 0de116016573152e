namespace Meditron.Data.Curation.Formatting;

/// <summary>The rules for abstracts.</summary>
public sealed record AbstractFormatSettings
{
    /// <summary>The title on the first line.</summary>
    public bool Title { get; init; } = true;

    /// <summary>Addresses (<c>https://...</c>, <c>www. ...</c>) removed.</summary>
    public bool StripUrls { get; init; } = true;

    /// <summary>Bracketed references (<c>[12]</c>) and tags removed.</summary>
    public bool StripReferences { get; init; } = true;
}
