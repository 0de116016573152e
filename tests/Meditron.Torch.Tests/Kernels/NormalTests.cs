namespace Meditron.Torch.Tests.Kernels;

public sealed class NormalTests : KernelTest
{
    [Fact]
    public void The_bits_are_the_same_for_any_split_instruction_set_and_thread_count()
    {
        using var scope = torch.NewDisposeScope();
        const int count = 70001;
        var whole = torch.empty([count]);
        Fused.normal(whole, 0.5, 2, seed: 42, stream: 7, offset: 11);
        foreach (var isa in AvailableInstructionSets)
        {
            using var forced = Forced(isa);
            foreach (var threads in new[] { 1, 2 })
            {
                using var number = Threads(threads);
                var parts = torch.empty([count]);
                foreach (var (start, length) in new[] { (0, 1), (1, 62), (63, 1000), (1063, 33333), (34396, count - 34396) })
                {
                    Fused.normal(parts.narrow(0, start, length), 0.5, 2, seed: 42, stream: 7, offset: 11 + start);
                }

                AssertSameBits(whole, parts, $"{isa}, {threads} threads");
            }
        }

        var composed = torch.empty([count]);
        Composed.normal(composed, 0.5, 2, seed: 42, stream: 7, offset: 11);
        AssertSameBits(whole, composed, "composed");
    }

    [Fact]
    public void The_numbers_are_those_of_philox_and_box_muller()
    {
        using var scope = torch.NewDisposeScope();
        const ulong seed = 0x123456789abcdef0, stream = 0xfedcba9876543210;
        var values = torch.empty([4000]);
        Fused.normal(values, 0, 1, seed, stream, offset: 0);
        var actual = Values(values);
        for (var block = 0; block < 1000; block++)
        {
            var c = Philox((ulong)block, stream, seed);
            for (var pair = 0; pair < 2; pair++)
            {
                var radius = Math.Sqrt(-2 * Math.Log(((c[2 * pair] >> 1) + 0.5) / 2147483648.0));
                var angle = 2 * Math.PI * ((c[(2 * pair) + 1] >> 1) / 2147483648.0);
                Assert.Equal(radius * Math.Cos(angle), actual[(4 * block) + (2 * pair)], 4e-6);
                Assert.Equal(radius * Math.Sin(angle), actual[(4 * block) + (2 * pair) + 1], 4e-6);
            }
        }
    }

    [Fact]
    public void Philox_in_this_test_gives_the_published_vectors()
    {
        // Random123's known answers for philox4x32-10: all zero, and all ones.
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], Philox(0, 0, 0));
        Assert.Equal([0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu], Philox(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));
    }

    [Fact]
    public void Moments_are_those_of_the_normal_distribution_and_streams_are_independent()
    {
        using var scope = torch.NewDisposeScope();
        const int count = 1 << 20;
        var (a, b) = (torch.empty([count]), torch.empty([count]));
        Fused.normal(a, 0, 1, seed: 1, stream: 0, offset: 0);
        Fused.normal(b, 0, 1, seed: 1, stream: 1, offset: 0);
        var x = Values(a);
        Assert.Equal(0, x.Average(), 5e-3);
        Assert.Equal(1, x.Average(v => v * v), 1e-2);
        Assert.Equal(0, x.Average(v => v * v * v), 2e-2);
        Assert.Equal(3, x.Average(v => v * v * v * v), 5e-2);
        Assert.Equal(0.6827, x.Count(v => Math.Abs(v) < 1) / (double)count, 3e-3);
        Assert.InRange(x.Max(Math.Abs), 4.5, 6.7);
        Assert.Equal(0, Dot(a, b) / count, 5e-3);
        Assert.Equal(0, Dot(a.narrow(0, 0, count - 1), a.narrow(0, 1, count - 1)) / count, 5e-3);
        var scaled = torch.empty([count]);
        Fused.normal(scaled, 3, 0.02, seed: 1, stream: 0, offset: 0);
        AssertClose(x.Select(v => 3 + (0.02 * v)).ToArray(), Values(scaled), "mean and deviation", 1e-6, 1e-6);
    }

    private static uint[] Philox(ulong counter, ulong stream, ulong seed)
    {
        uint[] c = [(uint)counter, (uint)(counter >> 32), (uint)stream, (uint)(stream >> 32)];
        var (k0, k1) = ((uint)seed, (uint)(seed >> 32));
        for (var round = 0; round < 10; round++)
        {
            var (p0, p1) = (0xD2511F53UL * c[0], 0xCD9E8D57UL * c[2]);
            c = [(uint)(p1 >> 32) ^ c[1] ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c[3] ^ k1, (uint)p0];
            unchecked
            {
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }
        }

        return c;
    }
}
