namespace Meditron.Data.Curation.Papers;

/// <summary>An entry of a paper's bibliography.</summary>
/// <param name="Id">The id that citations use.</param>
/// <param name="Title">The cited work's title; may be empty.</param>
/// <param name="MainAuthor">The last name of the first author; may be empty.</param>
/// <param name="Year">The year, or null.</param>
public sealed record BibliographyEntry(string Id, string Title, string MainAuthor, int? Year = null);
