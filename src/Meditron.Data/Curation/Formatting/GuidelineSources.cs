namespace Meditron.Data.Curation.Formatting;

/// <summary>Default rules for the 16 sources of the paper's guidelines and for MedQuAD; a starting point, over which settings put their own as sites change.</summary>
public static class GuidelineSources
{
    private static readonly string[] PageFurniture = ["Advertisement", "Back to top", "Top of page", "Return to top", "Skip to main content", "Share", "Print", "Email", "Print this page"];

    /// <summary>The rules, by source in alphabetical order.</summary>
    public static IReadOnlyList<GuidelineSourceRules> Defaults { get; } =
    [
        Source("AAFP", remove: ["starts: Read the full", "Continue reading", "PDF", "Article sections"],
            stop: ["References", "The authors", "Author information", "starts: Address correspondence", "starts: Copyright ©", "starts: Author disclosure"]),
        Source("CCO", remove: ["starts: Guideline number", "regex: ^page [0-9]+( of [0-9]+)?$"], stop: ["References", "Acknowledgements", "Conflict of interest", "starts: Copyright", "starts: Disclaimer"]),
        Source("CDC", remove: ["starts: Page last reviewed", "starts: Last reviewed", "starts: Content source", "On this page", "Español", "Related pages"],
            stop: ["References", "starts: Suggested citation", "Acknowledgments", "Acknowledgements", "starts: Use of trade names"]) with { WideSpacesBreakLines = true },
        Source("CMA", remove: ["starts: Published", "starts: Download"], stop: ["References", "Acknowledgements", "starts: Competing interests", "starts: Footnotes"]),
        Source("CPS", remove: ["starts: Posted", "starts: Reaffirmed", "starts: Principal author", "Abstract PDF"],
            stop: ["References", "Acknowledgements", "starts: Disclaimer", "regex: ^CPS .*committee"]),
        Source("drugs.com", content: ["#content", ".contentBox"], remove: ["starts: Medically reviewed by", "starts: Written by", "starts: Last updated on", "On this page", "starts: Learn more"],
            stop: ["Further information", "References", "starts: Medical disclaimer", "starts: Copyright", "More about", "Related treatment guides"]),
        Source("GC", remove: ["starts: On this page", "starts: Date modified"], stop: ["References", "Page details", "Acknowledgements", "Footnotes", "Endnotes"]),
        Source("ICRC", remove: ["regex: ^page [0-9]+$", "starts: www.icrc.org"], stop: ["References", "Bibliography", "starts: Mission"]),
        Source("IDSA", remove: ["starts: Published", "starts: A full list"], stop: ["References", "Notes", "Acknowledgments", "starts: Potential conflicts of interest", "starts: Financial support"]),
        Source("MAGIC", remove: ["starts: Version", "starts: Published on"], stop: ["References", "Authorship, contributions, acknowledgements"]),
        Source("Mayo", remove: ["By Mayo Clinic Staff", "Products & services", "Request an appointment", "starts: Request an appointment", "starts: From Mayo Clinic to your inbox", "Open pop-up dialog box", "Close", "Enlarge image", "More information"],
            stop: ["References", "Show references", "Related", "Associated procedures", "starts: Mayo Clinic in Rochester"]),
        Source("NICE", remove: ["starts: © NICE", "contains: Subject to Notice of rights", "regex: ^page [0-9]+ of$", "starts: Your responsibility"],
            stop: ["starts: Finding more information and committee details", "Update information", "starts: ISBN", "References", "Accreditation"]),
        Source("RCH", remove: ["starts: Please remember to read the disclaimer", "starts: Last updated", "Parent information", "See also"],
            stop: ["References", "Reference list", "starts: Please remember to read", "starts: Additional notes"]),
        Source("SPOR", remove: ["starts: Last modified", "starts: Download"], stop: ["References", "Acknowledgements", "Declarations"]),
        Source("WHO", remove: ["regex: ^page [0-9]+$", "starts: © World Health Organization", "starts: WHO Library Cataloguing"], stop: ["References", "Bibliography", "Acknowledgements", "starts: For further information"]),
        Source("WikiDoc", content: ["#mw-content-text"], removeSelectors: [".mw-editsection", "#toc", ".navbox", ".reference", ".infobox"],
            remove: ["starts: Editor-In-Chief", "starts: Associate Editor", "starts: Template:", "contains: Please Take Over This Page", "starts: Assistant Editor", "Contents"],
            stop: ["References", "See also", "External links", "Related chapters", "Sources", "starts: Acknowledgements"]),
        new() { Name = "MedQuAD", WideSpacesBreakLines = true },
        .. MedQuad("CancerGov", "GARD", "GHR", "MPlusHealthTopics", "NHLBI", "NIDDK", "NIHSeniorHealth", "NINDS"),
    ];

    private static GuidelineSourceRules Source(string name, string[] remove, string[] stop, string[]? content = null, string[]? removeSelectors = null) => new()
    {
        Name = name,
        ContentSelectors = content ?? [],
        RemoveSelectors = removeSelectors ?? [],
        Remove = [.. PageFurniture, .. remove],
        Stop = stop,
    };

    private static IEnumerable<GuidelineSourceRules> MedQuad(params string[] names) => names.Select(name => new GuidelineSourceRules { Name = name, WideSpacesBreakLines = true });
}
