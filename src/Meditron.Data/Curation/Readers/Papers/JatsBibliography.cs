using System.Xml.Linq;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads entries of a JATS reference list.</summary>
internal static class JatsBibliography
{
    /// <summary>The entry of one <c>ref</c> element: its work's title (the article's, else the chapter's, else the source's) and first author.</summary>
    public static BibliographyEntry Entry(XElement reference)
    {
        var citation = reference.Descendants().FirstOrDefault(e => e.Name.LocalName is "element-citation" or "mixed-citation" or "citation" or "nlm-citation") ?? reference;
        return new BibliographyEntry((string?)reference.Attribute("id") ?? "", Title(citation), Author(citation), Years.Parse(First(citation, "year")?.Value));
    }

    private static XElement? First(XElement element, string name) => element.Descendants().FirstOrDefault(e => e.Name.LocalName == name);

    private static string Title(XElement citation)
    {
        foreach (var name in new[] { "article-title", "chapter-title", "part-title", "data-title", "source" })
        {
            var title = JatsInline.Plain(First(citation, name)).TrimEnd('.', ' ', ',');
            if (title.Length > 0)
            {
                return title;
            }
        }

        // A citation without mark-up: all that is printed stands for the title, and the formatting rule cuts it.
        return citation.HasElements ? "" : JatsInline.Plain(citation);
    }

    private static string Author(XElement citation)
    {
        var authors = citation.Descendants().FirstOrDefault(e => e.Name.LocalName == "person-group" && (string?)e.Attribute("person-group-type") is "author" or null) ?? citation;
        var name = First(authors, "surname") ?? First(authors, "collab") ?? First(authors, "institution") ?? First(authors, "string-name");
        return JatsInline.Plain(name).TrimEnd('.', ',');
    }
}
