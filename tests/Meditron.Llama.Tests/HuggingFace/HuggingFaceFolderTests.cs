using System.Text.Json.Nodes;
using Meditron.Llama.HuggingFace;
using Meditron.Testing;
using Meditron.Torch;
using Meditron.Torch.Safetensors;

namespace Meditron.Llama.Tests.HuggingFace;

public sealed class HuggingFaceFolderTests : IDisposable
{
    private static readonly LlamaConfig Small = new()
    {
        VocabularySize = 50, HiddenSize = 16, Layers = 2, Heads = 4, KvHeads = 2, FfnSize = 24, MaxPositions = 64, MakeVocabularySizeDivisibleBy = 8,
    };

    private readonly TemporaryFolder temporary = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    private string Folder => temporary.File("model");

    public void Dispose()
    {
        scope.Dispose();
        temporary.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1L << 40, 1)]
    [InlineData(ScalarType.Float32, 5000, 5)]
    [InlineData(ScalarType.BFloat16, 4000, 3)]
    [InlineData(ScalarType.Float16, 1, 21)]
    public void A_saved_model_is_loaded_again(ScalarType dtype, long maxShardBytes, int leastFiles)
    {
        var layout = ParameterLayout.Create(Small);
        var flat = Weights(layout);
        Save(layout, flat, dtype, new HuggingFaceSaveOptions { MaxShardBytes = maxShardBytes });
        var files = Directory.GetFiles(Folder, "*.safetensors");
        Assert.True(files.Length >= leastFiles, $"{files.Length} files");
        Assert.Equal(files.Length > 1, File.Exists(Path.Combine(Folder, "model.safetensors.index.json")));
        Assert.All(files, f => Assert.True(files.Length == 1 || new FileInfo(f).Length < Math.Max(maxShardBytes, 50 * 16 * 4) + 2048, f));

        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        Assert.Equal(dtype, checkpoint.Config.Dtype);
        Assert.Equal([50L, 16], checkpoint.Entry(ParameterNames.Embedding).Shape);
        var loaded = torch.full([layout.Length], -9);
        checkpoint.Load(layout, loaded);
        var rounded = flat.to(dtype).to(torch.float32);
        foreach (var parameter in layout.Canonical)
        {
            var expected = rounded.narrow(0, parameter.Offset, parameter.Length).view(parameter.Shape).narrow(0, 0, parameter.MeaningfulRows);
            var got = loaded.narrow(0, parameter.Offset, parameter.Length).view(parameter.Shape);
            Assert.True(expected.equal(got.narrow(0, 0, parameter.MeaningfulRows)), parameter.Name);
            Assert.Equal(0, got.narrow(0, parameter.MeaningfulRows, parameter.Shape[0] - parameter.MeaningfulRows).abs().sum().item<float>());
        }

        Assert.False(Directory.Exists(Folder + ".partial"));
    }

    [Fact]
    public void Tied_embeddings_are_saved_once_and_loaded_tied_or_untied()
    {
        var tied = Small with { TieEmbeddings = true };
        var layout = ParameterLayout.Create(tied);
        var flat = Weights(layout);
        Save(layout, flat);
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        Assert.False(checkpoint.Contains(ParameterNames.Head));
        Assert.True(checkpoint.Config.Model.TieEmbeddings);
        var again = torch.zeros(layout.Length);
        checkpoint.Load(layout, again);
        Assert.True(Rows(layout, flat, ParameterNames.Embedding).equal(Rows(layout, again, ParameterNames.Embedding)));
        var untied = ParameterLayout.Create(Small);
        var apart = torch.zeros(untied.Length);
        checkpoint.Load(untied, apart);
        Assert.True(Rows(layout, flat, ParameterNames.Embedding).equal(Rows(untied, apart, ParameterNames.Head)));
    }

    [Fact]
    public void An_untied_file_is_refused_by_a_tied_model_unless_both_matrices_are_equal()
    {
        var layout = ParameterLayout.Create(Small);
        var flat = Weights(layout);
        Save(layout, flat);
        var tied = ParameterLayout.Create(Small with { TieEmbeddings = true });
        Assert.Contains("tied", Refused(tied), StringComparison.Ordinal);
        Rows(layout, flat, ParameterNames.Head).copy_(Rows(layout, flat, ParameterNames.Embedding));
        Save(layout, flat, options: new HuggingFaceSaveOptions { Overwrite = true });
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        checkpoint.Load(tied, torch.zeros(tied.Length));
    }

    [Fact]
    public void Rows_of_new_tokens_start_as_the_mean_and_padding_as_zero()
    {
        var layout = ParameterLayout.Create(Small);
        var flat = Weights(layout);
        Save(layout, flat);
        var larger = ParameterLayout.Create(Small with { VocabularySize = 53 });
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        var loaded = torch.full([larger.Length], -9);
        checkpoint.Load(larger, loaded);
        foreach (var name in (string[])[ParameterNames.Embedding, ParameterNames.Head])
        {
            var known = Rows(layout, flat, name);
            var matrix = loaded.narrow(0, larger[name].Offset, larger[name].Length).view(larger[name].Shape);
            Assert.Equal([56L, 16], matrix.shape);
            Assert.True(known.equal(matrix.narrow(0, 0, 50)));
            Assert.True(known.mean([0]).allclose(matrix.select(0, 52), 1e-6, 1e-7));
            Assert.Equal(0, matrix.narrow(0, 53, 3).abs().sum().item<float>());
        }

        checkpoint.Load(larger, loaded, new HuggingFaceLoadOptions { NewTokenRows = NewTokenRows.Zero });
        Assert.Equal(0, loaded.narrow(0, larger[ParameterNames.Head].Offset, 56 * 16).view(56, 16).narrow(0, 50, 3).abs().sum().item<float>());
        Assert.Contains("[53, 16]", Refused(larger, new HuggingFaceLoadOptions { NewTokenRows = NewTokenRows.Refuse }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_its_padding_is_loaded_without_it()
    {
        // As some converters write it: the padded size as vocab_size.
        var padded = ParameterLayout.Create(Small with { VocabularySize = 56 });
        var flat = Weights(padded);
        Save(padded, flat);
        var layout = ParameterLayout.Create(Small);
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        var loaded = torch.full([layout.Length], -9);
        checkpoint.Load(layout, loaded);
        Assert.True(Rows(padded, flat, ParameterNames.Embedding).narrow(0, 0, 50).equal(Rows(layout, loaded, ParameterNames.Embedding)));
        Assert.Equal(0, loaded.narrow(0, layout[ParameterNames.Embedding].Offset, 56 * 16).view(56, 16).narrow(0, 50, 6).abs().sum().item<float>());
    }

    [Fact]
    public void Tokens_are_dropped_only_when_asked_for()
    {
        var layout = ParameterLayout.Create(Small);
        Save(layout, Weights(layout));
        var fewer = ParameterLayout.Create(Small with { VocabularySize = 40 });
        Assert.Contains("TrimVocabulary", Refused(fewer), StringComparison.Ordinal);
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        checkpoint.Load(fewer, torch.zeros(fewer.Length), new HuggingFaceLoadOptions { TrimVocabulary = true });
    }

    [Fact]
    public void One_error_lists_everything_that_does_not_fit()
    {
        var layout = ParameterLayout.Create(Small);
        Save(layout, Weights(layout));
        var message = Refused(ParameterLayout.Create(Small with { Layers = 3, FfnSize = 32, NormEps = 1e-6 }));
        Assert.Contains("missing (9): model.layers.2.input_layernorm.weight", message, StringComparison.Ordinal);
        Assert.Contains("misshaped (6): model.layers.0.mlp.gate_proj.weight is F32[24, 16] and should be [32, 16]", message, StringComparison.Ordinal);
        Assert.Contains("num_hidden_layers is 2", message, StringComparison.Ordinal);
        Assert.Contains("rms_norm_eps", message, StringComparison.Ordinal);
        Assert.Contains("unexpected (9): model.layers.1.", Refused(ParameterLayout.Create(Small with { Layers = 1 })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_loads_its_part()
    {
        var layout = ParameterLayout.Create(Small);
        var flat = Weights(layout);
        Save(layout, flat);
        var stage = ParameterLayout.Create(Small, new StageSpan(1, 1, false, true));
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        var loaded = torch.zeros(stage.Length);
        checkpoint.Load(stage, loaded);
        Assert.All(stage.Canonical, p => Assert.True(Rows(layout, flat, p.Name).equal(Rows(stage, loaded, p.Name)), p.Name));
        Assert.Throws<ArgumentException>(() => HuggingFaceExport.Save(Folder + "2", new HuggingFaceConfig { Model = Small }, stage, loaded));
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_kept_unless_overwriting_is_asked_for()
    {
        var layout = ParameterLayout.Create(Small);
        var extra = temporary.File("tokenizer.model");
        File.WriteAllText(extra, "pieces");
        Save(layout, Weights(layout), options: new HuggingFaceSaveOptions { AdditionalFiles = [extra] });
        Assert.Equal("pieces", File.ReadAllText(Path.Combine(Folder, "tokenizer.model")));
        Assert.Throws<HuggingFaceException>(() => Save(layout, Weights(layout)));
        Assert.Throws<InvalidOperationException>(() => HuggingFaceExport.Save(
            Folder, new HuggingFaceConfig { Model = Small }, layout, _ => throw new InvalidOperationException(), new HuggingFaceSaveOptions { Overwrite = true }));
        Assert.True(File.Exists(Path.Combine(Folder, "tokenizer.model")));
        Save(layout, Weights(layout), options: new HuggingFaceSaveOptions { Overwrite = true });
        Assert.False(File.Exists(Path.Combine(Folder, "tokenizer.model")));
        Assert.Equal(["model", "tokenizer.model"], Directory.GetFileSystemEntries(temporary.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Damage_is_named()
    {
        var layout = ParameterLayout.Create(Small);
        Save(layout, Weights(layout), options: new HuggingFaceSaveOptions { MaxShardBytes = 5000 });
        var index = Path.Combine(Folder, "model.safetensors.index.json");
        var shard = Directory.GetFiles(Folder, "*.safetensors").Order().First();
        var (goodIndex, goodShard) = (File.ReadAllText(index), File.ReadAllBytes(shard));

        File.WriteAllBytes(shard, goodShard[..^1]);
        Assert.Contains(Path.GetFileName(shard), Assert.Throws<SafetensorsException>(() => HuggingFaceCheckpoint.Open(Folder)).Message, StringComparison.Ordinal);
        var flipped = (byte[])goodShard.Clone();
        flipped[2] ^= 0x40;
        File.WriteAllBytes(shard, flipped);
        Assert.Throws<SafetensorsException>(() => HuggingFaceCheckpoint.Open(Folder));
        File.Delete(shard);
        Assert.Contains("not in the folder", Open(), StringComparison.Ordinal);
        File.WriteAllBytes(shard, goodShard);

        var node = JsonNode.Parse(goodIndex)!;
        node["weight_map"]![ParameterNames.FinalNorm] = "../model.safetensors";
        File.WriteAllText(index, node.ToJsonString());
        Assert.Contains("its own folder", Open(), StringComparison.Ordinal);
        node["weight_map"]![ParameterNames.FinalNorm] = Path.GetFileName(shard);
        File.WriteAllText(index, node.ToJsonString());
        Assert.Contains(ParameterNames.FinalNorm, Open(), StringComparison.Ordinal);
        File.WriteAllText(index, goodIndex[..^10]);
        Assert.Contains("JSON", Open(), StringComparison.Ordinal);
        File.WriteAllText(index, "{}");
        Assert.Contains("weight_map", Open(), StringComparison.Ordinal);
        File.Delete(index);
        File.WriteAllText(Path.Combine(Folder, "pytorch_model.bin"), string.Empty);
        Assert.Contains("pytorch_model", Open(), StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, "config.json"));
        Assert.Contains("config.json", Open(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 4)]
    public void Rows_move_between_the_two_rotary_orders(int heads, int size)
    {
        var meta = torch.arange(heads * size, torch.float32).unsqueeze(1).repeat(1, 3);
        var half = RopePermutation.InterleavedToHalf(meta, heads);
        for (var head = 0; head < heads; head++)
        {
            for (var i = 0; i < size / 2; i++)
            {
                Assert.Equal((head * size) + (2 * i), half.select(0, (head * size) + i).data<float>()[0]);
                Assert.Equal((head * size) + (2 * i) + 1, half.select(0, (head * size) + i + (size / 2)).data<float>()[2]);
            }
        }

        Assert.True(meta.equal(RopePermutation.HalfToInterleaved(half, heads)));
        Assert.Throws<ArgumentException>(() => RopePermutation.HalfToInterleaved(half, 5));
    }

    private static Tensor Weights(ParameterLayout layout)
    {
        using var generator = new Generator(5);
        return torch.randn([layout.Length], generator: generator);
    }

    private static Tensor Rows(ParameterLayout layout, Tensor flat, string name)
    {
        var parameter = layout[name];
        return flat.narrow(0, parameter.Offset, parameter.Length).view(parameter.Shape).narrow(0, 0, parameter.MeaningfulRows);
    }

    private void Save(ParameterLayout layout, Tensor flat, ScalarType dtype = ScalarType.Float32, HuggingFaceSaveOptions? options = null) =>
        HuggingFaceExport.Save(Folder, new HuggingFaceConfig { Model = layout.Config, Dtype = dtype }, layout, flat, options);

    private string Refused(ParameterLayout layout, HuggingFaceLoadOptions? options = null)
    {
        using var checkpoint = HuggingFaceCheckpoint.Open(Folder);
        var flat = torch.full([layout.Length], -9);
        var message = Assert.Throws<HuggingFaceException>(() => checkpoint.Load(layout, flat, options)).Message;
        Assert.Equal(-9f * layout.Length, flat.sum().item<float>());
        return message;
    }

    private string Open() => Assert.Throws<HuggingFaceException>(() => HuggingFaceCheckpoint.Open(Folder)).Message;
}
