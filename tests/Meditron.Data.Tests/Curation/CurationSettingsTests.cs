using Meditron.Data.Curation;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Tests.Curation;

public class CurationSettingsTests
{
    private static readonly CurationSettings Good = new()
    {
        Output = "out",
        Sources = [new SourceSettings { Paths = ["in"], Subset = "papers" }],
        Steps = [CurationStep.Length],
    };

    public static TheoryData<string, CurationSettings> Wrong => new()
    {
        { "output", Good with { Output = "" } },
        { "sources", Good with { Sources = [] } },
        { "sources.subset", Good with { Sources = [new SourceSettings { Paths = ["in"], Subset = "a/b" }] } },
        { "steps", Good with { Steps = ["dedup"] } },
        { "subsets.papers.validation-rate", Good with { Subsets = [new SubsetSettings { Name = "papers", ValidationRate = 3 }] } },
        { "near-duplicates.permutations", Good with { NearDuplicates = new NearDuplicateSettings { Permutations = 100 } } },
        { "contamination.benchmarks", Good with { Steps = [CurationStep.Contamination] } },
        { "tokenize.model", Good with { Steps = [CurationStep.Tokenize] } },
        { "letters.min-share", Good with { Letters = new LettersSettings { MinShare = 60 } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_by_its_key(string key, CurationSettings settings)
    {
        var error = Assert.Throws<CurationException>(settings.Validate);

        Assert.Contains($"setting {key} = ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_settings_pass()
    {
        Good.Validate();
    }
}
