using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

/// <summary>What the kernels' tests share: seeded tensors, comparisons, forced instruction sets, numeric derivatives.</summary>
public abstract class KernelTest
{
    protected static readonly FusedKernels Fused = new();
    protected static readonly AtenKernels Composed = new();

    protected static IEnumerable<string> AvailableInstructionSets => InstructionSet.Names.Where(InstructionSet.IsAvailable);

    public static TheoryData<string> InstructionSets() => new(AvailableInstructionSets);

    public static TheoryData<string, ScalarType> InstructionSetsAndTypes()
    {
        var data = new TheoryData<string, ScalarType>();
        foreach (var name in AvailableInstructionSets)
        {
            data.Add(name, ScalarType.Float32);
            data.Add(name, ScalarType.BFloat16);
        }

        return data;
    }

    /// <summary>Runs on the named instruction set until disposed.</summary>
    protected static IDisposable Forced(string name)
    {
        InstructionSet.Use(name);
        Assert.Equal(name, InstructionSet.Current);
        return new Restore(() => InstructionSet.Use(InstructionSet.Detected));
    }

    /// <summary>Runs with so many threads until disposed.</summary>
    protected static IDisposable Threads(int count)
    {
        var before = torch.get_num_threads();
        torch.set_num_threads(count);
        return new Restore(() => torch.set_num_threads(before));
    }

    /// <summary>Normal numbers of a seed.</summary>
    protected static Tensor Random(int seed, ScalarType type, params long[] size)
    {
        var random = new Random(seed);
        var values = new float[size.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return torch.tensor(values, size).to(type);
    }

    /// <summary>Normal numbers whose rows have a gap behind them.</summary>
    protected static Tensor RandomRows(int seed, ScalarType type, long rows, long width, long gap) => Random(seed, type, rows, width + gap).narrow(1, 0, width);

    protected static Tensor Tokens(params int[] values) => torch.tensor(values, values.Length);

    protected static double[] Values(Tensor tensor) => tensor.to(ScalarType.Float64).contiguous().to_array<double>();

    /// <summary>Close by norm and element by element; a bf16 result may round the other way.</summary>
    protected static void AssertClose(Tensor expected, Tensor actual, string what, double tolerance = 2e-6)
    {
        Assert.Equal(expected.shape, actual.shape);
        var coarse = actual.dtype == ScalarType.BFloat16;
        AssertClose(Values(expected), Values(actual), what, coarse ? 3e-3 : tolerance, coarse ? 1.0 / 64 : 20 * tolerance);
    }

    protected static void AssertClose(double[] e, double[] a, string what, double byNorm, double byElement)
    {
        double difference = 0, norm = 0;
        for (var i = 0; i < e.Length; i++)
        {
            difference += (e[i] - a[i]) * (e[i] - a[i]);
            norm += e[i] * e[i];
        }

        var rms = Math.Sqrt(norm / Math.Max(1, e.Length));
        Assert.True(Math.Sqrt(difference) <= (byNorm * Math.Sqrt(norm)) + 1e-30, $"{what}: differs by {Math.Sqrt(difference / norm):g3} of the norm");
        for (var i = 0; i < e.Length; i++)
        {
            Assert.True(Math.Abs(e[i] - a[i]) <= byElement * (Math.Abs(e[i]) + rms), $"{what}: element {i} is {a[i]:g9} where {e[i]:g9} is expected");
        }
    }

    protected static void AssertSameBits(Tensor expected, Tensor actual, string what) =>
        Assert.True(expected.contiguous().bytes(0, (int)expected.nbytes).SequenceEqual(actual.contiguous().bytes(0, (int)actual.nbytes)), $"{what}: the bits differ");

    /// <summary>The derivative of a function of x in direction u by central differences, all in Float64.</summary>
    protected static double Derivative(Func<Tensor, double> function, Tensor x, Tensor u, double h = 1e-5) =>
        (function(x + (u * h)) - function(x - (u * h))) / (2 * h);

    protected static double Dot(Tensor a, Tensor b) => (a.to(ScalarType.Float64) * b.to(ScalarType.Float64)).sum().item<double>();

    protected static Tensor Double(Tensor tensor) => tensor.to(ScalarType.Float64, copy: true);

    protected static void AssertDerivative(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)), $"{what}: {actual:g9} where the difference quotient is {expected:g9}");

    private sealed class Restore(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
