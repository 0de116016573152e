using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class RopeTests : KernelTest
{
    private static readonly long[][] Shapes = [[1, 1, 1, 2], [2, 5, 3, 6], [1, 9, 2, 32], [3, 4, 4, 64], [1, 3, 1, 46], [1, 2, 1, 1100]];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Both_layouts_both_ways_equal_the_composed_ones(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var shape in Shapes)
        {
            foreach (var layout in Enum.GetValues<RopeLayout>())
            {
                foreach (var inverse in new[] { false, true })
                {
                    using var scope = torch.NewDisposeScope();
                    long b = shape[0], t = shape[1], h = shape[2], d = shape[3];
                    var (cos, sin) = Tables(t + 3, d);
                    // The heads are a part of each token's row, as in a joint projection of q, k and v.
                    var whole = Random(1, type, b, t, (h * d) + 7);
                    var x = whole.narrow(2, 0, h * d).as_strided([b, t, h, d], [t * ((h * d) + 7), (h * d) + 7, d, 1]);
                    var expected = x.contiguous().clone();
                    var gap = whole.narrow(2, h * d, 7).contiguous().clone();
                    Fused.rope(x, cos, sin, layout, inverse, position: 2);
                    Composed.rope(expected, cos, sin, layout, inverse, position: 2);
                    AssertClose(expected, x, $"{string.Join(" x ", shape)} {layout}, inverse {inverse}");
                    AssertSameBits(gap, whole.narrow(2, h * d, 7), "what lies between the tokens");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void The_inverse_undoes_the_rotation_and_is_its_gradient(string isa)
    {
        using var forced = Forced(isa);
        foreach (var layout in Enum.GetValues<RopeLayout>())
        {
            using var scope = torch.NewDisposeScope();
            var (cos, sin) = Tables(7, 24);
            var x = Random(1, ScalarType.Float32, 2, 7, 3, 24);
            var turned = x.clone();
            Fused.rope(turned, cos, sin, layout, inverse: false);
            var back = turned.clone();
            Fused.rope(back, cos, sin, layout, inverse: true);
            AssertClose(x, back, "there and back", 1e-6);

            // <rope(x), g> = <x, rope⁻¹(g)> for every x and g: the inverse is the backward pass.
            var g = Random(2, ScalarType.Float32, 2, 7, 3, 24);
            var dx = g.clone();
            Fused.rope(dx, cos, sin, layout, inverse: true);
            AssertDerivative(Dot(turned, g), Dot(x, dx), 1e-5, "gradient");
        }
    }

    [Fact]
    public void A_later_position_continues_the_sequence()
    {
        using var scope = torch.NewDisposeScope();
        var (cos, sin) = Tables(9, 16);
        var x = Random(1, ScalarType.Float32, 1, 9, 2, 16);
        var whole = x.clone();
        Fused.rope(whole, cos, sin, RopeLayout.HalfRotation, inverse: false);
        var tail = x.narrow(1, 6, 3).contiguous().clone();
        Fused.rope(tail, cos, sin, RopeLayout.HalfRotation, inverse: false, position: 6);
        AssertSameBits(whole.narrow(1, 6, 3), tail, "the last three tokens");
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = torch.NewDisposeScope();
        var (cos, sin) = Tables(130, 64);
        var x = Random(1, ScalarType.Float32, 2, 130, 4, 64);
        Tensor Run(int threads)
        {
            using var count = Threads(threads);
            var turned = x.clone();
            Fused.rope(turned, cos, sin, RopeLayout.Interleaved, inverse: false);
            return turned;
        }

        AssertSameBits(Run(1), Run(2), "rope");
    }

    private static (Tensor Cos, Tensor Sin) Tables(long positions, long width)
    {
        var frequencies = torch.arange(0, width, 2, ScalarType.Float32).mul(-Math.Log(10000) / width).exp();
        var angles = torch.arange(positions, ScalarType.Float32).outer(frequencies);
        return (angles.cos(), angles.sin());
    }
}
