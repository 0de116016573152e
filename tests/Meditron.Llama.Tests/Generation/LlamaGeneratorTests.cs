using Meditron.Llama.Generation;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama.Tests.Generation;

public sealed class LlamaGeneratorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void The_cache_gives_the_logits_of_one_pass(int prompt)
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        using var parameters = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        parameters.Initialize(3);
        using var generator = new LlamaGenerator(parameters, kernels, 32);
        var tokens = TestModels.Tokens(config, 20, 5);
        var whole = generator.Append(tokens);
        generator.Reset();
        var logits = generator.Append(tokens.AsSpan(0, prompt));
        for (var position = prompt; position < tokens.Length; position++)
        {
            logits = generator.Append(tokens.AsSpan(position, 1));
        }

        Assert.Equal(config.VocabularySize, logits.Length);
        Assert.InRange(TestModels.RelativeError(logits, whole), 0, 1e-5);
    }

    [Fact]
    public void Greedy_generation_takes_the_most_likely_token_and_stops_where_told()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        using var parameters = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        parameters.Initialize(3);
        using var generator = new LlamaGenerator(parameters, kernels, 32);
        var sampler = new TokenSampler(new SamplingOptions { Temperature = 0 });
        var made = generator.Generate([1, 2, 3], 10, sampler, _ => false).ToArray();
        Assert.Equal(10, made.Length);
        generator.Reset();
        var logits = generator.Append([1, 2, 3]);
        Assert.Equal(Array.IndexOf(logits, logits.Max()), made[0]);
        Assert.Empty(generator.Generate([1, 2, 3], 10, sampler, token => token == made[0]));
    }

    [Fact]
    public void The_same_seed_draws_the_same_tokens()
    {
        float[] logits = [0.1f, 2f, 1.5f, -1f, 0.7f];
        int[] Draw(int seed) => [.. Enumerable.Range(0, 50).Select(_ => 0).Aggregate(
            (Sampler: new TokenSampler(new SamplingOptions { Temperature = 1, Seed = seed }), Tokens: new List<int>()),
            (state, _) =>
            {
                state.Tokens.Add(state.Sampler.Next(logits));
                return state;
            }).Tokens];
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }

    [Fact]
    public void Top_k_and_top_p_leave_unlikely_tokens_out()
    {
        float[] logits = [3f, 2.9f, -2f, -3f];
        var byCount = new TokenSampler(new SamplingOptions { Temperature = 1, TopK = 1 });
        var byMass = new TokenSampler(new SamplingOptions { Temperature = 1, TopP = 0.9 });
        var seen = new HashSet<int>();
        for (var draw = 0; draw < 200; draw++)
        {
            Assert.Equal(0, byCount.Next(logits));
            seen.Add(byMass.Next(logits));
        }

        Assert.Equal([0, 1], seen.Order());
    }
}
