using System.Text;
using System.Text.Json.Nodes;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;

namespace Meditron.Llama.Tests.HuggingFace;

public sealed class HuggingFaceConfigTests
{
    private const string Llama2 = """
        {
          "architectures": ["LlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 8192,
          "initializer_range": 0.02, "intermediate_size": 28672, "max_position_embeddings": 4096, "model_type": "llama",
          "num_attention_heads": 64, "num_hidden_layers": 80, "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
          "rope_scaling": null, "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.32.0",
          "use_cache": true, "vocab_size": 32000
        }
        """;

    [Fact]
    public void The_configuration_of_Llama_2_70B_is_the_preset()
    {
        var config = Parse(Llama2);
        Assert.Equal(LlamaPresets.Get("llama2-70b"), config.Model);
        Assert.Equal((1, 2, null, ScalarType.Float16), (config.BosTokenId, config.EosTokenId, config.PadTokenId, config.Dtype));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var config = new HuggingFaceConfig
        {
            Model = LlamaPresets.Get("tiny") with { RopeTheta = 500000, RopeScalingFactor = 2, TieEmbeddings = true, NormEps = 1e-6, VocabularySize = 32017 },
            BosTokenId = null,
            EosTokenId = 32002,
            PadTokenId = 32004,
            Dtype = ScalarType.BFloat16,
        };
        Assert.Equal(config, Parse(Encoding.UTF8.GetString(config.ToJson())));
        var json = Encoding.UTF8.GetString(config.ToJson());
        Assert.Contains("\"factor\": 2.0", json, StringComparison.Ordinal);
        Assert.Contains("\"rope_theta\": 500000.0", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_are_absent_have_the_defaults_of_transformers()
    {
        var config = Parse("""{"vocab_size":10,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":16}""").Model;
        Assert.Equal(2, config.KvHeads);
        Assert.Equal(1e-6, config.NormEps);
        Assert.Equal(10000, config.RopeTheta);
        Assert.Equal(2048, config.MaxPositions);
        Assert.False(config.TieEmbeddings);
    }

    [Theory]
    [InlineData("""{"rope_type":"linear","factor":4.0}""", 4)]
    [InlineData("""{"type":"linear","factor":2}""", 2)]
    [InlineData("""{"rope_type":"default","rope_theta":10000.0}""", 1)]
    public void Linear_scaling_is_read_in_every_spelling(string scaling, double factor)
    {
        Assert.Equal(factor, Parse(With("rope_scaling", scaling)).Model.RopeScalingFactor);
        Assert.Equal(factor, Parse(With("rope_parameters", scaling)).Model.RopeScalingFactor);
    }

    [Fact]
    public void The_base_inside_rope_parameters_is_read() =>
        Assert.Equal(500000, Parse(With("rope_parameters", """{"rope_type":"default","rope_theta":500000.0}""")).Model.RopeTheta);

    [Fact]
    public void The_first_of_several_end_tokens_is_taken() => Assert.Equal(128001, Parse(With("eos_token_id", "[128001, 128009]")).EosTokenId);

    [Theory]
    [InlineData("model_type", "\"mistral\"", "mistral")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [InlineData("hidden_act", "\"gelu\"", "gelu")]
    [InlineData("attention_bias", "true", "attention_bias")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":8.0}""", "llama3")]
    [InlineData("rope_scaling", """{"type":"linear"}""", "factor")]
    [InlineData("head_dim", "64", "head_dim")]
    [InlineData("torch_dtype", "\"float8\"", "float8")]
    [InlineData("hidden_size", "\"big\"", "hidden_size")]
    [InlineData("hidden_size", "null", "hidden_size")]
    [InlineData("num_key_value_heads", "7", "KvHeads")]
    [InlineData("vocab_size", "-5", "VocabularySize")]
    public void What_is_no_Llama_2_is_refused_by_its_key(string key, string value, string named)
    {
        var e = Assert.Throws<HuggingFaceException>(() => Parse(With(key, value)));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("x/config.json: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"vocab_size":10,"vocab_size":11}""")]
    public void What_is_no_JSON_object_is_refused(string json) => Assert.Throws<HuggingFaceException>(() => Parse(json));

    private static HuggingFaceConfig Parse(string json) => HuggingFaceConfig.Parse("x/config.json", Encoding.UTF8.GetBytes(json));

    private static string With(string key, string value)
    {
        var node = JsonNode.Parse(Llama2)!;
        node[key] = JsonNode.Parse(value);
        return node.ToJsonString();
    }
}
