using Meditron.Data.Curation;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation.Readers;

/// <summary>Real papers against counts taken from their sources by other means (supplements and empty paragraphs left out), section by section, and against sentences as a reader expects them.</summary>
public class SharedPapersTests
{
    private static readonly DocumentReaders Readers = new(new ReaderSettings());

    [SkippableTheory]
    [InlineData("1471-2180-11-174.nxml", "Background|Results|Discussion|Conclusions|Appendix A|Appendix B|Methods|Competing interests|Authors' contributions|Supplementary Material", 13, 4, 3, 64, 91, 18, 12)]
    [InlineData("1472-6831-8-11.nxml", "Background|Methods|Results|Discussion|Conclusion|Authors' contributions|Pre-publication history", 8, 0, 4, 31, 46, 0, 6)]
    [InlineData("PMC5828200.nxml", "INTRODUCTION|RESULTS|DISCUSSION|MATERIALS AND METHODS|SUPPLEMENTARY MATERIALS TABLES", 24, 11, 1, 52, 66, 26, 1)]
    [InlineData("PMC6398430.nxml", "INTRODUCTION|METHODS|RESULTS|DISCUSSION|FUNDING||Supplementary Material", 9, 4, 4, 80, 107, 7, 4)]
    [InlineData("PMC7417471.nxml", "Introduction|Graphene-based Nanomaterials (GNMs)|Electrospun nanofibers containing GNMs|Properties of electrospun GNMs nanocomposites|Electrochemical biosensors based electrospun GNMs nanocomposites|Future outlook|Supplementary information", 8, 6, 4, 206, 183, 11, 4)]
    [InlineData("ehp-116-1694.nxml", "|Materials and Methods|Results|Discussion", 15, 3, 0, 58, 82, 6, 0)]
    public void A_JATS_paper_has_the_sections_floats_and_references_of_its_source(string name, string headers, int nested, int figures, int tables, int bibliography, int citations, int figureReferences, int tableReferences)
    {
        var paper = Read("papers-jats", name).Paper!;

        Assert.Equal(headers, string.Join('|', paper.Sections.Select(s => s.Header)));
        Assert.Equal((nested, figures, tables, bibliography), (paper.Sections.Sum(Nested), paper.Figures.Count, paper.Tables.Count, paper.Bibliography.Count));
        var references = paper.Sections.SelectMany(Blocks).SelectMany(b => b.References).ToLookup(r => r.Kind);
        Assert.Equal((citations, figureReferences, tableReferences),
            (references[InlineReferenceKind.Citation].Count(), references[InlineReferenceKind.Figure].Count(), references[InlineReferenceKind.Table].Count()));
        var ids = paper.Bibliography.Select(b => b.Id).ToHashSet();
        Assert.All(references[InlineReferenceKind.Citation], r => Assert.Contains(r.Target!, ids));
        Assert.All(paper.Bibliography, b => Assert.True(b.Title.Length > 3 && b.MainAuthor.Length > 0, b.ToString()));
        Assert.All(paper.Figures.Concat(paper.Tables), f => Assert.True(f.Caption.Length > 10 && f.Label.Length > 5, f.ToString()));
    }

    [SkippableTheory]
    [InlineData("1471-2180-11-174.nxml", "# Abstract|## Background|## Results|## Conclusions|# Background|# Results|## Effect of allelic variation in holin sequence|## Effect of late promoter pR' activity|## Effect of host growth rates|## Effects of KCN addition|# Discussion|## Manipulation of holin production rate|## Manipulation of holin protein sequence|## Effect of energy poison KCN|## Evolutionary implication of lysis time stochasticity|# Conclusions|# Appendix A|# Appendix B|# Methods|## Bacterial strains|## Experimental instrumentation|## Sample preparation and lysis time determination|## Determination of lysogen growth rate|## Statistical analysis")]
    [InlineData("1472-6831-8-11.nxml", "# Abstract|## Background|## Methods|## Results|## Conclusion|# Background|# Methods|## Oral health impact profile|## Translation into Dutch|## Study sample and procedure|## Internal consistency|## Test-retest reliability|## Construct validity|## Control measures|## Missing data|# Results|# Discussion|# Conclusion")]
    [InlineData("PMC6398430.nxml", "# Abstract|# Introduction|# Methods|## Study site and population|## Data collection|## Analysis|# Results|## Spatio-temporal structure of the local population of crows|## Environmental influences on local flock size|## Subgroup size|## Influences on subgroup size|# Discussion|## Crow social structure and dynamics|## Environmental effects")]
    public void A_JATS_paper_reads_section_by_section_as_expected(string name, string headers) =>
        Assert.Equal(headers, string.Join('|', Format("papers-jats", name).Split('\n').Where(l => l.StartsWith('#'))));

    [SkippableTheory]
    [InlineData("1471-2180-11-174.nxml", "identical environments and genotypes [bib_ref] Microbial cell individuality and the underlying sources of heterogeneity, Avery [/bib_ref] [bib_ref] Bistability, epigenetics, and bet-hedging in bacteria, Veening [/bib_ref] . Population heterogeneity")]
    [InlineData("1471-2180-11-174.nxml", "[bib_ref] Genetic and biochemical analysis of dimer and oligomer interactions of the lambda..., Gründling [/bib_ref]")]
    [InlineData("1471-2180-11-174.nxml", "\n\n[fig_ref] Figure 3: Factors influencing λ lysis time stochasticity [/fig_ref] revealed a significant positive relationship between MLT and SD")]
    [InlineData("1471-2180-11-174.nxml", "\n\n[table] Table 1: Effects of holin allelic sequences on the stochasticity of lysis time. [/table]\n\n")]
    [InlineData("1472-6831-8-11.nxml", "factors in health and disease [bib_ref] Measuring oral health: a conceptual framework, Locker [/bib_ref] . In order to study")]
    [InlineData("PMC6398430.nxml", "[formula] CF = (CM_t − CM_ind)/(CM_t) [/formula]")]
    [InlineData("PMC7417471.nxml", "coefficient ( [formula] a [/formula] ) value from 0.2157 to 0.6545 mm^2/s")]
    [InlineData("ehp-116-1694.nxml", "[fig] Figure 1: Exposure to PBDE-47 depressed circulating concentrations of total T4 in males and females (A), but had no effect on total T3 in males (B). *p < 0.05 compared with control. [/fig]")]
    [InlineData("ehp-116-1694.nxml", "increasing dramatically in humans and wildlife ( [bib_ref]", false)]
    [InlineData("ehp-116-1694.nxml", "PBDE exposure because studies have revealed rising PBDE levels in the tissues of humans and wildlife [bib_ref]")]
    [InlineData("1472-6831-8-11.nxml", "mvdmeulen", false)]
    [InlineData("1472-6831-8-11.nxml", "Authors' contributions", false)]
    [InlineData("PMC7417471.nxml", "documentclass", false)]
    public void A_JATS_paper_has_the_sentences_a_reader_expects(string name, string expected, bool present = true) =>
        Assert.Equal(present, Format("papers-jats", name).Contains(expected, StringComparison.Ordinal));

    [SkippableTheory]
    [InlineData("10002293.json", 1, 13, 6, 2, 61, 70, 69, 27)]
    [InlineData("10042064.json", 1, 22, 13, 1, 25, 26, 17, 0)]
    [InlineData("18980380.json", 10, 55, 7, 2, 27, 38, 38, 24)]
    [InlineData("24e6b80e338a4e543de6b49cada07156c9149d22.json", 4, 26, 5, 3, 67, 101, 99, 35)]
    [InlineData("94551546.json", 19, 30, 5, 1, 43, 60, 60, 15)]
    public void An_S2ORC_paper_has_the_sections_floats_and_references_of_its_source(string name, int sections, int paragraphs, int figures, int tables, int bibliography, int citations, int known, int floatReferences)
    {
        var paper = Read("papers-s2orc", name).Paper!;

        Assert.Equal((sections, paragraphs), (paper.Sections.Count, paper.Sections.Sum(s => s.Blocks.Count)));
        Assert.Equal((figures, tables, bibliography), (paper.Figures.Count, paper.Tables.Count, paper.Bibliography.Count));
        var references = paper.Sections.SelectMany(Blocks).SelectMany(b => b.References).ToList();
        Assert.Equal((citations, floatReferences),
            (references.Count(r => r.Kind == InlineReferenceKind.Citation), references.Count(r => r.Kind is InlineReferenceKind.Figure or InlineReferenceKind.Table)));
        var text = new PaperFormatter(new()).Format(paper with { Abstract = [] });
        Assert.Equal(known, text.Split("[bib_ref]").Length - 1);
        Assert.Equal(known, text.Split("[/bib_ref]").Length - 1);
        Assert.DoesNotContain("BIBREF", text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("10002293.json", "root canal system [bib_ref] Chemomechanical reduction of the bacterial population in the root canal after instrumentation..., Siqueira [/bib_ref] [bib_ref] On the causes of persistent apical periodontitis")]
    [InlineData("10002293.json", "[fig_ref] Figure 1: Chemical structures of the photosensitizers tested [/fig_ref]")]
    [InlineData("24e6b80e338a4e543de6b49cada07156c9149d22.json", "critical role in energy flux and element cycling [bib_ref]")]
    [InlineData("24e6b80e338a4e543de6b49cada07156c9149d22.json", "\n\n# Materials and methods\n\n")]
    [InlineData("94551546.json", "# Results and discussion\n\n")]
    [InlineData("94551546.json", "## Figure 5", false)]
    [InlineData("18980380.json", "## Preliminaries\n\n")]
    [InlineData("18980380.json", "# Conclusion\n\n")]
    public void An_S2ORC_paper_has_the_sentences_a_reader_expects(string name, string expected, bool present = true) =>
        Assert.Equal(present, Format("papers-s2orc", name).Contains(expected, StringComparison.Ordinal));

    [SkippableFact]
    public void Every_MedQuAD_record_is_read_and_cleaned()
    {
        var step = new FormatStep(new());
        var results = All("guidelines", "medquad", "medquad.jsonl");

        Assert.Equal(16_407, results.Count(r => r.IsDocument));
        Assert.Equal(16_407, results.Count);
        var texts = results.Select(r => step.Apply(r.Document!).Document!.Text).ToList();
        Assert.All(texts, t => Assert.True(t.StartsWith("# ", StringComparison.Ordinal) && !t.Contains("  ", StringComparison.Ordinal) && !t.Contains("\n\n\n", StringComparison.Ordinal), t));
        Assert.Contains("\n- Leukemia may affect red blood cells, white blood cells, and platelets.\n", texts[0], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Every_PubMedQA_record_is_read()
    {
        var results = All("abstracts", "pubmedqa", "ori_pqal.json");

        Assert.Equal(1000, results.Count(r => r.IsDocument));
        Assert.All(results, r => Assert.NotEmpty(r.Document!.Metadata.SharedIds));
        Assert.StartsWith("Do mitochondria play a role in remodelling lace plant leaves during programmed cell death?\nBACKGROUND: Programmed cell death (PCD)",
            new FormatStep(new()).Apply(results[0].Document!).Document!.Text, StringComparison.Ordinal);
    }

    private static int Nested(PaperSection section) => section.Sections.Sum(s => 1 + Nested(s));

    private static IEnumerable<PaperBlock> Blocks(PaperSection section) => section.Blocks.Concat(section.Sections.SelectMany(Blocks));

    private static string Format(string folder, string name) => new PaperFormatter(new()).Format(Read(folder, name).Paper!);

    private static CorpusDocument Read(string folder, string name)
    {
        var result = Assert.Single(All("papers", folder, name));
        Assert.True(result.IsDocument, result.Failure?.ToString());
        return result.Document;
    }

    private static List<ReadResult> All(string subset, string folder, string name)
    {
        var path = RepositoryPaths.SharedFile("data", folder, name);
        Skip.If(path is null, $"the shared data folder has no {folder}/{name}");
        var file = new InputFile { Path = path, Subset = subset };
        return Inputs.Read(Readers.Choose(file, out _)!, file);
    }
}
