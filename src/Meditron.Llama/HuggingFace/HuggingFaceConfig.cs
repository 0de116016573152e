using System.Text.Json;
using Meditron.Torch;

namespace Meditron.Llama.HuggingFace;

/// <summary>What a <c>config.json</c> of LlamaForCausalLM says: the model, its special tokens and the type of its weights.</summary>
public sealed record HuggingFaceConfig
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "config.json";

    /// <summary>The model; its vocabulary is the file's, without padding.</summary>
    public required LlamaConfig Model { get; init; }

    /// <summary>Begins a text, or null.</summary>
    public int? BosTokenId { get; init; } = 1;

    /// <summary>Ends a text, or null.</summary>
    public int? EosTokenId { get; init; } = 2;

    /// <summary>Fills a batch, or null.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The type of the weights in the folder: float32, bfloat16 or float16.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Reads the <c>config.json</c> of a folder.</summary>
    /// <exception cref="HuggingFaceException">The file is missing, is not JSON, lacks a key, or describes a model that is not a Llama-2 class one.</exception>
    public static HuggingFaceConfig Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HuggingFaceException(path, $"could not be read: {e.Message} A Hugging Face model folder holds config.json beside its safetensors files.", e);
        }

        return Parse(path, bytes);
    }

    /// <summary>Parses the text of a <c>config.json</c>.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="json">The text, in UTF-8.</param>
    /// <exception cref="HuggingFaceException">As for <see cref="Load"/>.</exception>
    public static HuggingFaceConfig Parse(string path, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var keys = new ConfigKeys(path, document.RootElement);
            RequireLlama(keys);
            var model = new LlamaConfig
            {
                VocabularySize = keys.Int("vocab_size"),
                HiddenSize = keys.Int("hidden_size"),
                Layers = keys.Int("num_hidden_layers"),
                Heads = keys.Int("num_attention_heads"),
                KvHeads = keys.OptionalInt("num_key_value_heads") ?? keys.Int("num_attention_heads"),
                FfnSize = keys.Int("intermediate_size"),
                MaxPositions = keys.OptionalInt("max_position_embeddings") ?? 2048,
                NormEps = keys.OptionalNumber("rms_norm_eps") ?? 1e-6,
                RopeTheta = Rope(keys)?.OptionalNumber("rope_theta") ?? keys.OptionalNumber("rope_theta") ?? 10000,
                RopeScalingFactor = ScalingFactor(keys),
                TieEmbeddings = keys.OptionalBool("tie_word_embeddings") ?? false,
                InitStd = keys.OptionalNumber("initializer_range") ?? 0.02,
            };
            model.Validate();
            if (keys.OptionalInt("head_dim") is { } head && head != model.HeadSize)
            {
                throw keys.Refuse("head_dim", head, $"hidden_size / num_attention_heads = {model.HeadSize}");
            }

            return new HuggingFaceConfig
            {
                Model = model,
                BosTokenId = keys.FirstInt("bos_token_id"),
                EosTokenId = keys.FirstInt("eos_token_id"),
                PadTokenId = keys.FirstInt("pad_token_id"),
                Dtype = DtypeOf(keys),
            };
        }
        catch (JsonException e)
        {
            throw new HuggingFaceException(path, $"is not valid JSON: {e.Message} Copy or download the file again.", e);
        }
        catch (LlamaConfigException e)
        {
            throw new HuggingFaceException(path, $"describes sizes that do not fit together: {e.Message}", e);
        }
    }

    /// <summary>The text of the <c>config.json</c>.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("architectures");
            writer.WriteStringValue("LlamaForCausalLM");
            writer.WriteEndArray();
            writer.WriteBoolean("attention_bias", false);
            WriteInt(writer, "bos_token_id", BosTokenId);
            WriteInt(writer, "eos_token_id", EosTokenId);
            writer.WriteNumber("head_dim", Model.HeadSize);
            writer.WriteString("hidden_act", "silu");
            writer.WriteNumber("hidden_size", Model.HiddenSize);
            WriteFloat(writer, "initializer_range", Model.InitStd);
            writer.WriteNumber("intermediate_size", Model.FfnSize);
            writer.WriteNumber("max_position_embeddings", Model.MaxPositions);
            writer.WriteBoolean("mlp_bias", false);
            writer.WriteString("model_type", "llama");
            writer.WriteNumber("num_attention_heads", Model.Heads);
            writer.WriteNumber("num_hidden_layers", Model.Layers);
            writer.WriteNumber("num_key_value_heads", Model.KvHeads);
            WriteInt(writer, "pad_token_id", PadTokenId);
            writer.WriteNumber("pretraining_tp", 1);
            WriteFloat(writer, "rms_norm_eps", Model.NormEps);
            WriteScaling(writer);
            WriteFloat(writer, "rope_theta", Model.RopeTheta);
            writer.WriteBoolean("tie_word_embeddings", Model.TieEmbeddings);
            writer.WriteString("torch_dtype", NameOf(Dtype));
            writer.WriteBoolean("use_cache", true);
            writer.WriteNumber("vocab_size", Model.VocabularySize);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static string NameOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Weights are saved as Float32, BFloat16 or Float16."),
    };

    private static ScalarType DtypeOf(ConfigKeys keys)
    {
        var key = keys.Has("dtype") ? "dtype" : "torch_dtype";
        return keys.OptionalString(key) switch
        {
            null or "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            "float16" => ScalarType.Float16,
            var other => throw keys.Refuse(key, other, "float32, bfloat16 or float16"),
        };
    }

    private static void RequireLlama(ConfigKeys keys)
    {
        if (keys.OptionalString("model_type") is { } type && type != "llama")
        {
            throw keys.Refuse("model_type", type, "llama");
        }

        if (keys.FirstString("architectures") is { } architecture && architecture != "LlamaForCausalLM")
        {
            throw keys.Refuse("architectures", architecture, "LlamaForCausalLM");
        }

        if (keys.OptionalString("hidden_act") is { } act && act != "silu")
        {
            throw keys.Refuse("hidden_act", act, "silu");
        }

        foreach (var bias in (string[])["attention_bias", "mlp_bias"])
        {
            if (keys.OptionalBool(bias) == true)
            {
                throw keys.Refuse(bias, true, "false: Llama-2 has no biases");
            }
        }
    }

    // Newer files have rope_parameters with the base inside; older ones rope_scaling beside rope_theta.
    private static ConfigKeys? Rope(ConfigKeys keys) => keys.Object("rope_parameters") ?? keys.Object("rope_scaling");

    private static double ScalingFactor(ConfigKeys keys)
    {
        if (Rope(keys) is not { } rope)
        {
            return 1;
        }

        var key = rope.Has("rope_type") ? "rope_type" : "type";
        return rope.OptionalString(key) switch
        {
            null or "default" => 1,
            "linear" => rope.OptionalNumber("factor") ?? throw rope.Refuse("factor", "nothing", "a number, for linear scaling"),
            var other => throw rope.Refuse(key, other, "linear, or no scaling"),
        };
    }

    private static void WriteInt(Utf8JsonWriter writer, string key, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(key, number);
        }
        else
        {
            writer.WriteNull(key);
        }
    }

    // Python reads 2 as an integer and 2.0 as a float, and transformers checks which of them it is.
    private static void WriteFloat(Utf8JsonWriter writer, string key, double value)
    {
        writer.WritePropertyName(key);
        var text = value.ToString("R");
        writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }

    private void WriteScaling(Utf8JsonWriter writer)
    {
        if (Model.RopeScalingFactor == 1)
        {
            writer.WriteNull("rope_scaling");
            return;
        }

        writer.WriteStartObject("rope_scaling");
        writer.WriteString("type", "linear");
        WriteFloat(writer, "factor", Model.RopeScalingFactor);
        writer.WriteEndObject();
    }
}
