using System.Text.Json;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

public class CurationSettingsLoaderTests
{
    private static readonly string[] Least = ["meditron.data.output=out", "meditron.data.curation.sources=[{paths=[in], subset=papers}]", "meditron.data.curation.steps=[length]"];

    [Fact]
    public void The_reference_gives_the_records_own_defaults()
    {
        var loaded = CurationSettingsLoader.Load([], Least);
        var defaults = new CurationSettings { Output = "out", Sources = loaded.Sources, Steps = loaded.Steps };

        Assert.Equal(JsonSerializer.Serialize(defaults), JsonSerializer.Serialize(loaded));
    }

    [Fact]
    public void The_reference_lists_all_steps_but_upsampling()
    {
        Assert.Equal(CurationStep.Default, CurationSettingsLoader.Load([], ["meditron.data.output=out", Least[1], "meditron.data.curation.tokenize.model=m", "meditron.data.curation.contamination.benchmarks=[b]"]).Steps);
    }

    [Fact]
    public void The_example_for_the_sample_corpus_is_valid()
    {
        var settings = CurationSettingsLoader.Load([Path.Combine(RepositoryPaths.Root, "hocon", "data", "gap-replay.conf")], []);

        Assert.Equal(["guidelines", "papers", "abstracts", "replay"], settings.Sources.Select(s => s.Subset));
        Assert.Equal(0.05, settings.SubsetOf("guidelines").ValidationRate);
        Assert.Equal("runs/gap-replay", settings.Output);
    }

    [Fact]
    public void Rules_of_a_guideline_source_are_read()
    {
        var settings = CurationSettingsLoader.Load([], [.. Least, "meditron.data.curation.formatting.guidelines.sources=[{name=WHO, stop=[\"starts: Annex\"], content-selectors=[\".text\"]}]", "meditron.data.curation.formatting.subsets.mine=guideline"]);

        var rules = settings.Formatting.Guidelines.RulesFor("who");
        Assert.Equal(["starts: Annex"], rules.Stop);
        Assert.Equal([".text"], rules.ContentSelectors);
        Assert.Equal(["abstracts", "guidelines", "mine", "replay"], settings.Formatting.Subsets.Keys.Order());
    }

    [Theory]
    [InlineData("meditron.data.curation.near-duplicates.treshold=1", "near-duplicates.threshold")]
    [InlineData("meditron.data.ouput=x", "meditron.data.ouput")]
    [InlineData("meditron.data.curation.letters.min-share=60", "letters.min-share = 60")]
    public void A_slip_is_named(string slip, string part)
    {
        Assert.Contains(part, Assert.Throws<ConfigurationException>(() => CurationSettingsLoader.Load([], [.. Least, slip])).Message);
    }
}
