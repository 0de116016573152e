using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>Made-up elements of each rank, and what a reduction of them must give, computed plainly.</summary>
internal static class Values
{
    public static readonly ScalarType[] Types = [torch.float32, torch.bfloat16, torch.int64, torch.int32, torch.uint8];

    /// <summary>The elements of one rank: spread over many magnitudes, so that another order of summation gives other bits.</summary>
    public static Tensor Of(ScalarType type, long count, int rank, int salt = 0)
    {
        switch (type)
        {
            case ScalarType.Float32:
            {
                var values = new float[count];
                for (var i = 0; i < count; i++)
                {
                    values[i] = Float(i, rank, salt);
                }

                return torch.tensor(values);
            }

            case ScalarType.BFloat16:
            {
                var values = new BFloat16[count];
                for (var i = 0; i < count; i++)
                {
                    values[i] = (BFloat16)Float(i, rank, salt);
                }

                return torch.tensor(values);
            }

            default:
            {
                var values = new long[count];
                for (var i = 0; i < count; i++)
                {
                    values[i] = Integer(i, rank, salt, type);
                }

                return torch.tensor(values).to(type);
            }
        }
    }

    public static Tensor Reduced(ScalarType type, long count, int size, ReduceOp op, int salt = 0)
    {
        if (type.IsFloatingPoint())
        {
            var values = new float[count];
            for (var i = 0; i < count; i++)
            {
                var all = new float[size];
                for (var rank = 0; rank < size; rank++)
                {
                    var value = Float(i, rank, salt);
                    all[rank] = type == torch.bfloat16 ? (float)(BFloat16)value : value;
                }

                values[i] = Reduce(all, op);
            }

            return type == torch.bfloat16 ? torch.tensor(values.Select(value => (BFloat16)value).ToArray()) : torch.tensor(values);
        }

        var integers = new long[count];
        for (var i = 0; i < count; i++)
        {
            var all = Enumerable.Range(0, size).Select(rank => Integer(i, rank, salt, type)).ToArray();
            integers[i] = op switch { ReduceOp.Max => all.Max(), ReduceOp.Min => all.Min(), _ => all.Aggregate((a, b) => unchecked(a + b)) };
        }

        return torch.tensor(integers).to(type);
    }

    /// <summary>Whether two tensors have the same type, size and bits.</summary>
    public static bool Same(Tensor expected, Tensor actual)
    {
        using var scope = torch.NewDisposeScope();
        return expected.dtype == actual.dtype && expected.nbytes == actual.nbytes
            && expected.contiguous().bytes(0, (int)expected.nbytes).SequenceEqual(actual.contiguous().bytes(0, (int)actual.nbytes));
    }

    public static float Reduce(ReadOnlySpan<float> all, ReduceOp op) => op switch
    {
        ReduceOp.Max => all.ToArray().Max(),
        ReduceOp.Min => all.ToArray().Min(),
        ReduceOp.Avg => InOrder(all) / all.Length,
        ReduceOp.TreeSum => Tree(all),
        _ => InOrder(all),
    };

    /// <summary>As <c>GradientTree</c> adds micro-batches: like the carries of a binary counter.</summary>
    private static float Tree(ReadOnlySpan<float> all)
    {
        var levels = new List<float?>();
        foreach (var value in all)
        {
            var carried = value;
            var level = 0;
            for (; level < levels.Count && levels[level] is { } left; level++)
            {
                carried = left + carried;
                levels[level] = null;
            }

            if (level == levels.Count)
            {
                levels.Add(null);
            }

            levels[level] = carried;
        }

        float? sum = null;
        foreach (var level in levels)
        {
            sum = level is { } left ? (sum is { } right ? left + right : left) : sum;
        }

        return sum!.Value;
    }

    private static float InOrder(ReadOnlySpan<float> all)
    {
        var sum = all[0];
        foreach (var value in all[1..])
        {
            sum += value;
        }

        return sum;
    }

    private static float Float(long index, int rank, int salt)
    {
        var bits = Mix(index, rank, salt);
        return ((float)(bits & 0xFFFF) - 32768f) * MathF.Pow(2, (int)((bits >> 16) % 24) - 20);
    }

    private static long Integer(long index, int rank, int salt, ScalarType type)
    {
        var bits = (long)Mix(index, rank, salt);
        return type switch { ScalarType.Byte => bits & 0x1F, ScalarType.Int32 => (int)bits >> 4, _ => bits >> 4 };
    }

    private static ulong Mix(long index, int rank, int salt)
    {
        var x = unchecked(((ulong)index * 0x9E3779B97F4A7C15UL) ^ ((ulong)(rank + 1) * 0xBF58476D1CE4E5B9UL) ^ ((ulong)salt * 0x94D049BB133111EBUL));
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EBUL);
        return x ^ (x >> 31);
    }
}
