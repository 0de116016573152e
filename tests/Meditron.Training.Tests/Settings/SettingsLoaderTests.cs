using Meditron.Llama;
using Meditron.Testing;
using Meditron.Training.Chaos;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

public class SettingsLoaderTests
{
    private static string Error(params string[] overrides) => Assert.Throws<ConfigurationException>(() => SettingsLoader.Load([], overrides)).Message;

    private static MeditronSettings With(params string[] overrides) => SettingsLoader.Load([], overrides).Settings;

    [Fact]
    public void The_reference_gives_every_key_its_default_and_a_comment()
    {
        var defaults = SettingsLoader.Defaults;
        Assert.Equal((0.9, 0.95, 1e-5, 0.1, 1.0, DecayStyle.Cosine), (defaults.Training.Beta1, defaults.Training.Beta2, defaults.Training.Eps, defaults.Training.WeightDecay, defaults.Training.ClipGrad, defaults.Training.DecayStyle));
        Assert.Equal((Precision.Fp32, "auto", "tiny", 128), (defaults.Precision, defaults.Device, defaults.Model.Preset, defaults.Model.MakeVocabularySizeDivisibleBy));

        var lines = SettingsLoader.Reference.Split('\n');
        foreach (var key in SettingsBinder.KnownKeys(typeof(MeditronSettings), "meditron"))
        {
            var name = key[(key.LastIndexOf('.') + 1)..];
            var index = Array.FindIndex(lines, line => line.TrimStart().StartsWith(name + " =") || line.TrimStart().StartsWith(name + " {"));
            Assert.True(index > 0, $"{key} is not in reference.conf");
            Assert.True(lines[index].Contains('{') || lines[index - 1].Contains('#'), $"{key} has no comment");
        }
    }

    [Theory]
    [InlineData("demo.conf")]
    [InlineData("medquad.conf")]
    [InlineData("models/tiny.conf")]
    [InlineData("models/small.conf")]
    [InlineData("models/medium.conf")]
    [InlineData("models/llama2-7b.conf")]
    [InlineData("models/llama2-13b.conf")]
    [InlineData("models/llama2-70b.conf")]
    [InlineData("models/meditron-7b.conf")]
    [InlineData("models/meditron-70b.conf")]
    public void Every_file_under_hocon_is_valid(string file)
    {
        var settings = SettingsLoader.Load([Path.Combine(RepositoryPaths.Root, "hocon", file)], []).Settings;
        if (file.StartsWith("models/"))
        {
            Assert.Equal(LlamaPresets.Get(Path.GetFileNameWithoutExtension(file)).HiddenSize, settings.Model.ToLlama().HiddenSize);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), settings.Model.Preset);
        }
    }

    [Fact]
    public void The_resolved_configuration_gives_the_same_settings_again()
    {
        using var folder = new TemporaryFolder();
        var loaded = SettingsLoader.Load([Path.Combine(RepositoryPaths.Root, "hocon", "demo.conf")], ["meditron.training.steps=77", "meditron.data.inputs=[{path=\"a b\", weight=0.3}, c]", "meditron.model.layers=3", "meditron.chaos.faults=[{point=after-norm, action=kill, step=3, rank=1}]"]);
        File.WriteAllText(folder.File("config.conf"), loaded.ToHocon());
        var again = SettingsLoader.Load([folder.File("config.conf")], []);
        Assert.Equal(loaded.Settings with { Data = again.Settings.Data, Chaos = again.Settings.Chaos }, again.Settings);
        Assert.Equal([new DataInput("a b", 0.3), new DataInput("c")], again.Settings.Data.Inputs);
        Assert.Equal([new Fault(FaultPoint.AfterNorm, FaultAction.Kill, 3, Rank: 1)], again.Settings.Chaos.Faults);
        Assert.Equal(loaded.ToHocon(), again.ToHocon());
        Assert.Equal(77, again.Settings.Training.Steps);
    }

    [Theory]
    [InlineData("meditron.training.stpes=5", "meditron.training.stpes (-c meditron.training.stpes=5, line 1, column 27) is not a known key. The nearest one is meditron.training.steps.")]
    [InlineData("meditron.training.vocabulary-size=5", "The nearest one is meditron.model.vocabulary-size.")]
    [InlineData("training.steps=5", "-c training.steps=5: there is no key training.steps. The nearest one is meditron.training.steps.")]
    [InlineData("micro-batch=5", "The nearest one is meditron.training.micro-batch.")]
    [InlineData("meditron.training.steps=0", "meditron.training.steps = 0 (-c meditron.training.steps=0, line 1, column 27): expected a whole number of at least 1.")]
    [InlineData("meditron.training.steps=lots", "expected a whole number of at least 1.")]
    [InlineData("meditron.training.beta1=1", "meditron.training.beta1 = 1 (-c meditron.training.beta1=1, line 1, column 27): expected a number from 0 to below 1.")]
    [InlineData("meditron.precision=fp16", "expected one of fp32, bf16.")]
    [InlineData("meditron.device=gpu", "expected auto, cpu, cuda or cuda:N.")]
    [InlineData("meditron.run.name=\"a/b\"", "expected a folder name")]
    [InlineData("meditron.model.preset=tny", "meditron.model.preset = tny (-c meditron.model.preset=tny, line 1, column 25): expected one of tiny, small, medium, llama2-7b")]
    [InlineData("meditron.model.hidden-size=250", "hidden-size 250 is not divisible by heads 4.")]
    [InlineData("meditron.model.heads=6", "is not divisible by heads 6.")]
    [InlineData("meditron.model.kv-heads=3", "heads 4 is not divisible by kv-heads 3.")]
    [InlineData("meditron.model.heads=256", "gives a head size of 1, which must be even")]
    [InlineData("meditron.training.global-batch=10", "global-batch must be a multiple of micro-batch, which is 4. The nearest multiples are 8 and 12.")]
    [InlineData("meditron.training.min-learning-rate=1", "must not be above learning-rate")]
    [InlineData("meditron.training.warmup-steps=5000", "warmup-steps must not be above steps, which is 1000.")]
    [InlineData("meditron.training.sequence-length=4096", "the model covers 2048 positions")]
    [InlineData("meditron.model.vocabulary-size=4096", "the tokenizer to be trained will have 4113 tokens")]
    [InlineData("meditron.data.split=\"0,1\"", "expected the shares of training, validation and test")]
    [InlineData("meditron.data.inputs=[\"\"]", "expected a file, a glob or a prefix")]
    [InlineData("meditron.data.inputs=[{path=x, weight=-1}]", "meditron.data.inputs[0].weight = -1")]
    [InlineData("meditron.model=5", "meditron.model = 5 (-c meditron.model=5, line 1, column 18): expected an object { ... }.")]
    public void A_wrong_setting_is_refused_with_its_key_and_what_is_allowed(string setting, string message) => Assert.Contains(message, Error(setting));

    [Fact]
    public void A_section_at_the_root_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.conf"), "# x\ntraining.steps = 5");
        File.WriteAllText(folder.File("b.conf"), "meditorn.training.steps = 5");
        File.WriteAllText(folder.File("c.conf"), "my-steps = 5\nmeditron.training { steps = ${my-steps}, warmup-steps = 1 }");
        Assert.Contains("Did you mean meditron.training?", Assert.Throws<ConfigurationException>(() => SettingsLoader.Load([folder.File("a.conf")], [])).Message);
        Assert.Contains("a.conf, line 2", Assert.Throws<ConfigurationException>(() => SettingsLoader.Load([folder.File("a.conf")], [])).Message);
        Assert.Contains("meditorn", Assert.Throws<ConfigurationException>(() => SettingsLoader.Load([folder.File("b.conf")], [])).Message);
        Assert.Equal(5, SettingsLoader.Load([folder.File("c.conf")], []).Settings.Training.Steps);
    }

    [Fact]
    public void Overrides_change_the_preset()
    {
        var model = With("meditron.model.layers=2", "meditron.model.tie-embeddings=true", "meditron.model.make-vocabulary-size-divisible-by=64").Model;
        var llama = model.ToLlama(1000);
        Assert.Equal((2, true, 1000, 1024, 256), (llama.Layers, llama.TieEmbeddings, llama.VocabularySize, llama.PaddedVocabularySize, llama.HiddenSize));
        Assert.Equal(32000, With("meditron.model.preset=llama2-7b").Model.ToLlama().VocabularySize);
    }

    [Fact]
    public void Inputs_are_asked_for_where_they_are_needed()
    {
        Assert.Contains("meditron.data.inputs is empty", Assert.Throws<ConfigurationException>(() => SettingsLoader.Defaults.Data.RequireInputs()).Message);
        With("meditron.data.inputs=[\"x.jsonl\"]").Data.RequireInputs();
    }

    [Fact]
    public void Settings_are_read_from_a_text_as_well()
    {
        Assert.Equal(12, SettingsLoader.LoadText("kept", "meditron.training { steps = 12, warmup-steps = 1 }").Settings.Training.Steps);
        Assert.StartsWith("kept, line 1, column 5", Assert.Throws<ConfigurationException>(() => SettingsLoader.LoadText("kept", "a = = 1")).Message);
    }
}
