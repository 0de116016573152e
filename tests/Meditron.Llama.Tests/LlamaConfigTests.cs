using Meditron.Llama;

namespace Meditron.Llama.Tests;

public sealed class LlamaConfigTests
{
    [Theory]
    [InlineData("llama2-7b", 6_738_415_616)]
    [InlineData("llama2-13b", 13_015_864_320)]
    [InlineData("llama2-70b", 68_976_648_192)]
    public void Presets_have_the_published_parameter_counts(string preset, long parameters)
    {
        Assert.Equal(parameters, LlamaPresets.Get(preset).ParameterCount);
    }

    [Fact]
    public void The_layout_of_seventy_billion_parameters_is_planned_without_allocating_them()
    {
        var config = LlamaPresets.Get("llama2-70b");
        var layout = ParameterLayout.Create(config);
        Assert.Equal(config.ParameterCount, layout.Parameters.Sum(parameter => parameter.Length));
        Assert.Equal(723, layout.Parameters.Count);
    }

    [Fact]
    public void Meditron_pads_its_vocabulary_to_a_multiple_of_128()
    {
        var config = LlamaPresets.Get("meditron-70b");
        Assert.Equal(32_017, config.VocabularySize);
        Assert.Equal(32_128, config.PaddedVocabularySize);
        Assert.Equal(32_128L * 8192, ParameterLayout.Create(config)[ParameterNames.Head].Length);
    }

    [Fact]
    public void The_stages_of_a_pipeline_hold_the_whole_model_once_and_number_it_alike()
    {
        var config = LlamaPresets.Get("small");
        var whole = ParameterLayout.Create(config);
        var stages = new[]
        {
            ParameterLayout.Create(config, new StageSpan(0, 3, true, false)),
            ParameterLayout.Create(config, new StageSpan(3, 5, false, true)),
        };
        var parts = stages.SelectMany(stage => stage.Canonical).ToList();
        Assert.Equal(whole.Canonical.Select(parameter => (parameter.Name, parameter.Index)), parts.OrderBy(part => part.Index).Select(part => (part.Name, part.Index)));
    }

    [Fact]
    public void Tied_embeddings_share_one_matrix()
    {
        var config = LlamaPresets.Get("tiny") with { TieEmbeddings = true };
        var layout = ParameterLayout.Create(config);
        Assert.False(layout.Contains(ParameterNames.Head));
        Assert.Equal(LlamaPresets.Get("tiny").ParameterCount - 4096L * 256, config.ParameterCount);
    }

    [Theory]
    [InlineData(100, 3, 1, "HiddenSize")]
    [InlineData(96, 6, 4, "KvHeads")]
    [InlineData(9, 3, 1, "HeadSize")]
    public void Sizes_that_do_not_divide_are_refused_by_name(int hidden, int heads, int kvHeads, string name)
    {
        var config = LlamaPresets.Get("tiny") with { HiddenSize = hidden, Heads = heads, KvHeads = kvHeads };
        var error = Assert.Throws<LlamaConfigException>(config.Validate);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<LlamaConfigException>(() => LlamaPresets.Get("llama3"));
        Assert.Contains("llama2-7b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_beyond_the_positions_is_refused()
    {
        var config = LlamaPresets.Get("tiny");
        var options = new StageOptions { MicroBatch = 1, SequenceLength = config.MaxPositions + 1 };
        var error = Assert.Throws<LlamaConfigException>(() => StagePlan.Create(config, StageSpan.Whole(config), options));
        Assert.Contains("2049", error.Message, StringComparison.Ordinal);
    }
}
