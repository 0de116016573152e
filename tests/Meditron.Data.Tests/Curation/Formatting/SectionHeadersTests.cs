using Meditron.Data.Curation.Formatting;

namespace Meditron.Data.Tests.Curation.Formatting;

public class SectionHeadersTests
{
    [Fact]
    public void There_are_23_keywords() => Assert.Equal(23, SectionHeaders.MainKeywords.Distinct().Count());

    [Theory]
    [InlineData("Introduction", 1)]
    [InlineData("METHODS", 1)]
    [InlineData("Materials and Methods", 1)]
    [InlineData("Results & Discussion", 1)]
    [InlineData("Case report", 1)]
    [InlineData("Results of the trial", 2)]
    [InlineData("Statistical analysis", 2)]
    [InlineData("Resulting doses", 2)]
    [InlineData("", 2)]
    public void A_short_header_with_a_keyword_is_a_main_one(string header, int level) => Assert.Equal(level, SectionHeaders.Level(header, SectionHeaders.MainKeywords));

    [Theory]
    [InlineData("MATERIALS AND METHODS", "Materials and methods")]
    [InlineData("Statistical Analysis", "Statistical analysis")]
    [InlineData("Translation into Dutch", "Translation into Dutch")]
    [InlineData("Growth of Escherichia coli", "Growth of Escherichia coli")]
    [InlineData("CSP had a better effect", "CSP had a better effect")]
    [InlineData("Uptake of mRNA by BV2 Cells", "Uptake of mRNA by BV2 cells")]
    [InlineData("EXPOSURE TO PBDE-47", "Exposure to PBDE-47")]
    [InlineData("In vitro MRI", "In vitro MRI")]
    public void Headers_are_put_in_sentence_case(string header, string expected) => Assert.Equal(expected, SectionHeaders.SentenceCase(header));

    [Theory]
    [InlineData("1 Introduction", "Introduction")]
    [InlineData("2.1. Study design", "Study design")]
    [InlineData("III. RESULTS", "RESULTS")]
    [InlineData("A. Reward uncertainty", "Reward uncertainty")]
    [InlineData("A. thaliana", "A. thaliana")]
    [InlineData("1) Aim", "Aim")]
    [InlineData("2019 guidelines", "2019 guidelines")]
    [InlineData("Introduction", "Introduction")]
    public void Numbers_are_taken_off_headers(string header, string expected) => Assert.Equal(expected, SectionHeaders.WithoutNumber(header));
}
