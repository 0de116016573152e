namespace Meditron.Torch.Tests.Kernels;

public sealed class SwigluTests : KernelTest
{
    private static readonly long[][] Shapes = [[1, 1], [3, 7], [5, 16], [2, 47], [33, 100], [70, 300]];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Forward_and_backward_equal_the_composed_ones_also_in_place(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var shape in Shapes)
        {
            using var scope = torch.NewDisposeScope();
            long n = shape[0], f = shape[1];
            var what = $"{n} x {f}";
            // Gate and up are the two halves of one projection.
            var both = Random(1, type, n, 2 * f).mul(3);
            var (gate, up) = (both.narrow(1, 0, f), both.narrow(1, f, f));
            var (actual, expected, dout) = (RandomRows(2, type, n, f, 5), torch.empty([n, f], type), RandomRows(3, type, n, f, 2));
            Fused.swiglu(gate, up, actual);
            Composed.swiglu(gate, up, expected);
            AssertClose(expected, actual, what);

            var (dgate, dup) = (torch.empty([n, f], type), torch.empty([n, f], type));
            Composed.swiglu_backward(dout, gate, up, dgate, dup);
            Fused.swiglu_backward(dout, gate, up, gate, up);
            AssertClose(dgate, gate, $"dgate {what}", 4e-6);
            AssertClose(dup, up, $"dup {what}");
        }
    }

    [Fact]
    public void Gradients_equal_difference_quotients()
    {
        using var scope = torch.NewDisposeScope();
        var (gate, up, dout) = (Random(1, ScalarType.Float32, 4, 37), Random(2, ScalarType.Float32, 4, 37), Random(3, ScalarType.Float32, 4, 37));
        var (dgate, dup) = (torch.empty([4, 37]), torch.empty([4, 37]));
        Fused.swiglu_backward(dout, gate, up, dgate, dup);
        var (dgate64, dup64) = (torch.empty([4, 37], ScalarType.Float64), torch.empty([4, 37], ScalarType.Float64));
        Composed.swiglu_backward(Double(dout), Double(gate), Double(up), dgate64, dup64);

        double Loss(Tensor g, Tensor u)
        {
            var y = torch.empty([4, 37], ScalarType.Float64);
            Composed.swiglu(g, u, y);
            return Dot(y, dout);
        }

        var direction = Random(4, ScalarType.Float64, 4, 37);
        var byGate = Derivative(t => Loss(t, Double(up)), Double(gate), direction);
        var byUp = Derivative(t => Loss(Double(gate), t), Double(up), direction);
        AssertDerivative(byGate, Dot(dgate, direction), 1e-5, "dgate");
        AssertDerivative(byUp, Dot(dup, direction), 1e-5, "dup");
        AssertDerivative(byGate, Dot(dgate64, direction), 1e-8, "composed dgate");
        AssertDerivative(byUp, Dot(dup64, direction), 1e-8, "composed dup");
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void The_sigmoid_is_right_to_the_last_bits_over_the_whole_range(string isa)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var values = Enumerable.Range(-2000, 4001).Select(i => i * 0.05f).ToArray();
        var gate = torch.tensor(values);
        var result = torch.empty([values.Length]);
        Fused.swiglu(gate.view(1, -1), torch.ones([1, values.Length]), result.view(1, -1));
        var actual = Values(result);
        for (var i = 0; i < values.Length; i++)
        {
            var expected = values[i] / (1 + Math.Exp(-(double)values[i]));
            Assert.True(Math.Abs(actual[i] - expected) <= (4e-7 * Math.Abs(expected)) + 1e-36, $"silu({values[i]}) is {actual[i]:g9}, not {expected:g9}");
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Not_a_number_infinity_and_large_gates_behave_as_in_ieee(string isa)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        float[] gates = [float.NaN, float.PositiveInfinity, 1000, -1000, 0, 1, -87.5f, 88.9f];
        var result = torch.empty([1, 8]);
        Fused.swiglu(torch.tensor(gates, 1, 8), torch.ones([1, 8]), result);
        var values = Values(result);
        Assert.True(double.IsNaN(values[0]));
        Assert.Equal(double.PositiveInfinity, values[1]);
        Assert.Equal(1000, values[2]);
        Assert.Equal(0, values[3]);
        Assert.Equal(0, values[4]);
        Assert.Equal(0.731058578, values[5], 6);
        Assert.Equal(88.9, values[7], 4);
    }

    [Fact]
    public void An_element_has_the_same_bits_wherever_it_stands()
    {
        using var scope = torch.NewDisposeScope();
        var (gate, up) = (Random(1, ScalarType.Float32, 1, 100), Random(2, ScalarType.Float32, 1, 100));
        var whole = torch.empty([1, 100]);
        Fused.swiglu(gate, up, whole);
        for (var start = 0; start < 40; start += 3)
        {
            var part = torch.empty([1, 51]);
            Fused.swiglu(gate.narrow(1, start, 51), up.narrow(1, start, 51), part);
            AssertSameBits(whole.narrow(1, start, 51), part, $"from {start}");
        }
    }
}
