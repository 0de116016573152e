namespace Meditron.Torch.Tests.Kernels;

public sealed class ElementwiseTests : KernelTest
{
    [Fact]
    public void The_sum_of_squares_has_the_same_bits_for_every_thread_count_and_instruction_set()
    {
        foreach (var count in new[] { 0, 1, 31, 16384, 16385, 100003 })
        {
            using var scope = torch.NewDisposeScope();
            var values = Random(count, ScalarType.Float32, count);
            var expected = Composed.sum_squares(values);
            double? first = null;
            foreach (var isa in AvailableInstructionSets)
            {
                using var forced = Forced(isa);
                foreach (var threads in new[] { 1, 2, 3 })
                {
                    using var number = Threads(threads);
                    var sum = Fused.sum_squares(values);
                    Assert.Equal(expected, sum, 1e-12 * expected);
                    Assert.Equal(BitConverter.DoubleToInt64Bits(first ??= sum), BitConverter.DoubleToInt64Bits(sum));
                }
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_sum_of_squares_is_not_finite_if_an_element_is_not(float poison)
    {
        foreach (var position in new[] { 0, 16383, 16384, 39999 })
        {
            using var scope = torch.NewDisposeScope();
            var values = torch.zeros(40000);
            values.narrow(0, position, 1).fill_(poison);
            Assert.False(double.IsFinite(Fused.sum_squares(values)));
        }
    }

    [Fact]
    public void The_sum_of_squares_of_large_elements_does_not_overflow()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(64 * 1e60, Fused.sum_squares(torch.full([64], 1e30)), 1e55);
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Addition_and_casts_equal_the_composed_ones_to_the_bit(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var count in new long[] { 1, 17, 1000, 70001 })
        {
            using var scope = torch.NewDisposeScope();
            var source = Random(1, type, count);
            foreach (var destinationType in new[] { type, ScalarType.Float32 })
            {
                var actual = Random(2, destinationType, count);
                var expected = actual.clone();
                Fused.add(actual, source);
                Composed.add(expected, source);
                AssertSameBits(expected, actual, $"add {type} to {destinationType}");
            }

            foreach (var destinationType in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                var (actual, expected) = (torch.empty([count], destinationType), torch.empty([count], destinationType));
                Fused.cast(source, actual);
                Composed.cast(source, expected);
                AssertSameBits(expected, actual, $"cast {type} to {destinationType}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Casts_round_to_nearest_even_and_keep_special_values(string isa)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        // Halfway cases, the largest float, a denormal, signed zero, infinities, a NaN whose payload would round away.
        float[] values =
        [
            1.00390625f, 1.01171875f, -1.00390625f, 3.4e38f, 1e-40f, -0f, float.PositiveInfinity, float.NegativeInfinity,
            BitConverter.UInt32BitsToSingle(0x7f800001), BitConverter.UInt32BitsToSingle(0xffffffff), 3.38953139e38f, 1.17549435e-38f, 65535f, 1e-3f, 7f, 0.1f, 2.5f,
        ];
        var result = torch.empty([values.Length], ScalarType.BFloat16);
        Fused.cast(torch.tensor(values), result);
        var actual = result.to_array<BFloat16>();
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                Assert.True(float.IsNaN((float)actual[i]));
            }
            else
            {
                Assert.Equal(((BFloat16)values[i]).Bits, actual[i].Bits);
            }
        }
    }
}
