namespace Meditron.Torch.Tests;

public sealed class RandomTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        torch.manual_seed(7);
        var a = torch.randn(100);
        torch.manual_seed(7);
        Assert.True(a.equal(torch.randn(100)));
        Assert.False(a.equal(torch.randn(100)));
        using var g = new Generator(7);
        Assert.True(a.equal(torch.randn([100], generator: g)));
        Assert.Equal(7UL, g.initial_seed());
    }

    [Fact]
    public void A_state_that_was_stored_goes_on_where_it_was()
    {
        using var g = new Generator(3);
        _ = torch.rand([5], generator: g);
        var state = g.get_state();
        var expected = torch.rand([5], generator: g);
        g.set_state(state);
        Assert.True(expected.equal(torch.rand([5], generator: g)));
        var global = torch.get_rng_state();
        var drawn = torch.randperm(50);
        torch.set_rng_state(global);
        Assert.True(drawn.equal(torch.randperm(50)));
        Assert.Throws<TorchException>(() => g.set_state(torch.zeros(3)));
    }

    [Fact]
    public void Draws_have_the_range_and_the_moments_asked_for()
    {
        using var g = new Generator(11);
        var n = torch.empty(20_000).normal_(2, 3, g);
        Assert.Equal(2, n.mean().item<float>(), 0.1);
        Assert.Equal(3, Math.Sqrt(n.sub(2).square().mean().item<float>()), 0.1);
        var u = torch.empty(20_000).uniform_(-1, 1, g);
        Assert.InRange(u.min().item<float>(), -1, -0.99f);
        Assert.InRange(u.max().item<float>(), 0.99f, 1);
        var i = torch.randint(5, 8, [1000], generator: g);
        Assert.Equal([5L, 6, 7], i.to_array<long>().Distinct().Order());
        var m = torch.tensor([0f, 1, 0]).multinomial(10, replacement: true, g);
        Assert.All(m.to_array<long>(), x => Assert.Equal(1, x));
    }

    [Fact]
    public void The_number_of_threads_is_what_was_set()
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(1);
        Assert.Equal(1, torch.get_num_threads());
        torch.set_num_threads(before);
        Assert.Throws<ArgumentOutOfRangeException>(() => torch.set_num_threads(0));
    }
}
