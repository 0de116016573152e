using Meditron.Data.Curation;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Upsampling;

namespace Meditron.Data.Tests.Curation;

public class QualityScoreTests
{
    private static readonly QualityScore Score = new(new UpsamplingSettings { ApprovedJournals = ["The Lancet"] });

    [Fact]
    public void Types_age_and_journal_add_up()
    {
        var metadata = new DocumentMetadata { PublicationTypes = ["Meta-Analysis", "Review"], Year = 2020, Journal = "the lancet.", Citations = 8 };

        // 1 + 0.5 for the types, 1 for the journal, 1 for at most five years; eight citations in four years.
        Assert.Equal(3.5f, Score.Of(metadata, out var citations));
        Assert.Equal(2f, citations);
    }

    [Theory]
    [InlineData(2018, 2f)]
    [InlineData(2013, 1.2f)]
    [InlineData(2000, 1f)]
    public void Age_counts_in_steps(int year, float expected)
    {
        Assert.Equal(expected, Score.Of(new DocumentMetadata { PublicationTypes = ["Guideline"], Year = year }, out _)!.Value, 4);
    }

    [Fact]
    public void A_new_paper_of_no_listed_type_scores_nothing()
    {
        Assert.Equal(0f, Score.Of(new DocumentMetadata { PublicationTypes = ["Case Reports"], Year = 2023, Citations = 900 }, out var citations));
        Assert.Equal(-1f, citations);
    }

    [Theory]
    [InlineData("Retracted Publication", "")]
    [InlineData("Preprint", "")]
    [InlineData("Review", "Animals")]
    public void Retractions_preprints_and_animal_studies_are_excluded(string type, string mesh)
    {
        Assert.Null(Score.Of(new DocumentMetadata { PublicationTypes = [type], MeshTerms = mesh.Length == 0 ? [] : [mesh] }, out _));
    }

    [Fact]
    public void Fractions_are_rounded_by_the_draw()
    {
        Assert.Equal(3, QualityScore.Repeats(1.5, 1, 0.49));
        Assert.Equal(2, QualityScore.Repeats(1.5, 1, 0.51));
        Assert.Equal(1, QualityScore.Repeats(0, 5, 0));
    }
}
