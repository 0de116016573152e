using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class AdamWTests : KernelTest
{
    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Ten_steps_equal_a_plain_implementation_in_double(string isa)
    {
        using var forced = Forced(isa);
        foreach (var kernels in new IKernels[] { Fused, Composed })
        {
            foreach (var count in new[] { 1, 15, 100, 20001 })
            {
                using var scope = torch.NewDisposeScope();
                var (master, m, v) = (Random(1, ScalarType.Float32, count), torch.zeros(count), torch.zeros(count));
                var compute = torch.empty([count], ScalarType.BFloat16);
                var (p64, m64, v64) = (Values(master), new double[count], new double[count]);
                for (var step = 1; step <= 10; step++)
                {
                    using var inner = torch.NewDisposeScope();
                    var grad = Random(100 + step, ScalarType.Float32, count);
                    var numbers = new AdamWStep(3e-3, 0.9, 0.95, 1e-8, 0.1, step, 0.5);
                    kernels.adamw(master, grad, m, v, compute, numbers);
                    Plain(numbers, Values(grad), p64, m64, v64);
                }

                AssertClose(p64, Values(master), $"{count} weights", 1e-6, 1e-5);
                AssertClose(m64, Values(m), "first moment", 1e-6, 1e-5);
                AssertClose(v64, Values(v), "second moment", 1e-6, 1e-5);
                AssertSameBits(master.to(ScalarType.BFloat16), compute, "the copy in bfloat16");
            }
        }
    }

    [Fact]
    public void Weights_have_the_same_bits_whatever_the_threads_and_wherever_they_stand()
    {
        using var scope = torch.NewDisposeScope();
        const int count = 50001;
        (Tensor Master, Tensor First) Run(int threads, int offset)
        {
            using var number = Threads(threads);
            var (master, grad) = (Random(1, ScalarType.Float32, count).narrow(0, offset, count - offset), Random(2, ScalarType.Float32, count).narrow(0, offset, count - offset));
            var (m, v) = (torch.zeros(count - offset), torch.zeros(count - offset));
            Fused.adamw(master, grad, m, v, null, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.1, 1));
            return (master, m);
        }

        var one = Run(1, 0);
        AssertSameBits(one.Master, Run(2, 0).Master, "two threads");
        AssertSameBits(one.Master.narrow(0, 37, count - 37), Run(2, 37).Master, "a shard that starts at 37");
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_step_into_another_state_has_the_bits_of_one_in_place_and_leaves_the_old_state(string isa)
    {
        using var forced = Forced(isa);
        foreach (var kernels in new IKernels[] { Fused, Composed })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                // A count that ends within a vector, at an alignment that streams and at one that does not.
                foreach (var offset in new[] { 0, 3 })
                {
                    using var scope = torch.NewDisposeScope();
                    const int count = 20001;
                    Tensor At(int seed) => Random(seed, ScalarType.Float32, count + offset).narrow(0, offset, count);
                    var from = new AdamWState(At(1), At(2), At(3).abs());
                    var to = new AdamWState(At(4), At(5), At(6));
                    var inPlace = new AdamWState(from.master.clone(), from.exp_avg.clone(), from.exp_avg_sq.clone());
                    var old = new AdamWState(from.master.clone(), from.exp_avg.clone(), from.exp_avg_sq.clone());
                    var (compute, grad, step) = (torch.empty([count], type), At(7), new AdamWStep(3e-3, 0.9, 0.95, 1e-8, 0.1, 3, 0.5));
                    kernels.adamw(inPlace.master, grad, inPlace.exp_avg, inPlace.exp_avg_sq, null, step);
                    kernels.adamw(from, grad, to, compute, step);
                    AssertSameBits(inPlace.master, to.master, "weights");
                    AssertSameBits(inPlace.exp_avg, to.exp_avg, "first moment");
                    AssertSameBits(inPlace.exp_avg_sq, to.exp_avg_sq, "second moment");
                    AssertSameBits(inPlace.master.to(type), compute, "the copy for the products");
                    AssertSameBits(old.master, from.master, "old weights");
                    AssertSameBits(old.exp_avg, from.exp_avg, "old first moment");
                    AssertSameBits(old.exp_avg_sq, from.exp_avg_sq, "old second moment");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void A_step_with_checksums_has_the_same_bits_and_the_checksums_of_plain_code(string isa)
    {
        using var forced = Forced(isa);
        foreach (var kernels in new IKernels[] { Fused, Composed })
        {
            foreach (var (count, offset) in new[] { (20001, 0), (20001, 3), (4096, 0), (15, 0), (1, 0) })
            {
                using var scope = torch.NewDisposeScope();
                Tensor At(int seed) => Random(seed, ScalarType.Float32, count + offset).narrow(0, offset, count);
                var from = new AdamWState(At(1), At(2), At(3).abs());
                var (to, plain) = (new AdamWState(At(4), At(5), At(6)), new AdamWState(At(4), At(5), At(6)));
                var (compute, grad, step) = (torch.empty([count], ScalarType.BFloat16), At(7), new AdamWStep(3e-3, 0.9, 0.95, 1e-8, 0.1, 3, 0.5));
                var (before, after) = (new ulong[StateBlock.CountOf(count)], new ulong[StateBlock.CountOf(count)]);
                kernels.state_checksums(from, before);
                Assert.Equal(-1, kernels.adamw(from, grad, to, compute, step, before, after));
                kernels.adamw(from, grad, plain, null, step);
                AssertSameBits(plain.master, to.master, "weights");
                AssertSameBits(plain.exp_avg, to.exp_avg, "first moment");
                AssertSameBits(plain.exp_avg_sq, to.exp_avg_sq, "second moment");
                AssertSameBits(plain.master.to(ScalarType.BFloat16), compute, "the copy for the products");
                for (var block = 0; block < before.Length; block++)
                {
                    Assert.Equal(StateBlock.Checksum(from, block), before[block]);
                    Assert.Equal(StateBlock.Checksum(to, block), after[block]);
                }
            }
        }
    }

    [Fact]
    public void Any_one_bit_that_changes_is_found_by_the_next_step_and_put_right_from_the_checksum()
    {
        using var scope = torch.NewDisposeScope();
        const int count = 3 * StateBlock.Length + 77;
        Tensor At(int seed) => Random(seed, ScalarType.Float32, count);
        var from = new AdamWState(At(1), At(2), At(3).abs());
        var (to, grad, step) = (new AdamWState(At(4), At(5), At(6)), At(7), new AdamWStep(3e-3, 0.9, 0.95, 1e-8, 0.1, 3, 0.5));
        var (checksums, written) = (new ulong[StateBlock.CountOf(count)], new ulong[StateBlock.CountOf(count)]);
        Fused.state_checksums(from, checksums);
        var good = new[] { from.master.clone(), from.exp_avg.clone(), from.exp_avg_sq.clone() };
        var random = new Random(5);
        for (var flip = 0; flip < 300; flip++)
        {
            var (kind, element, bit) = (random.Next(3), random.Next(count), random.Next(32));
            if (flip % 10 == 0)
            {
                // The last elements of the last block, which is no multiple of a stripe.
                element = count - 1 - flip / 10 % 13;
            }

            var values = System.Runtime.InteropServices.MemoryMarshal.Cast<float, uint>(new[] { from.master, from.exp_avg, from.exp_avg_sq }[kind].data<float>());
            values[element] ^= 1u << bit;
            var block = element / StateBlock.Length;
            Assert.Equal(block, Fused.adamw(from, grad, to, null, step, checksums, written));
            var mended = StateBlock.Mend(from, block, ref checksums[block]);
            Assert.Contains($"bit {bit} of ", mended, StringComparison.Ordinal);
            Assert.EndsWith($"of element {element}", mended, StringComparison.Ordinal);
            Assert.Equal(-1, Fused.adamw(from, grad, to, null, step, checksums, written));
        }

        AssertSameBits(good[0], from.master, "weights");
        AssertSameBits(good[1], from.exp_avg, "first moment");
        AssertSameBits(good[2], from.exp_avg_sq, "second moment");
    }

    [Fact]
    public void A_checksum_with_a_changed_bit_is_put_right_and_a_block_with_two_is_not()
    {
        using var scope = torch.NewDisposeScope();
        var state = new AdamWState(Random(1, ScalarType.Float32, 5000), Random(2, ScalarType.Float32, 5000), Random(3, ScalarType.Float32, 5000));
        var checksums = new ulong[2];
        Fused.state_checksums(state, checksums);
        var right = checksums[1];
        checksums[1] ^= 1UL << 40;
        Assert.Equal("one bit of its checksum", StateBlock.Mend(state, 1, ref checksums[1]));
        Assert.Equal(right, checksums[1]);
        state.exp_avg.data<float>()[4500] += 1;
        state.master.data<float>()[4100] += 1;
        Assert.Null(StateBlock.Mend(state, 1, ref checksums[1]));
        Assert.Equal(right, checksums[1]);
    }

    [Fact]
    public void A_tensor_s_checksum_depends_on_its_bytes_alone()
    {
        using var scope = torch.NewDisposeScope();
        var values = Random(1, ScalarType.Float32, 3_000_001);
        ulong one, two;
        using (Threads(1))
        {
            one = Fused.checksum(values);
        }

        using (Threads(2))
        {
            two = Fused.checksum(values.clone());
        }

        Assert.Equal(one, two);
        Assert.Equal(one, Composed.checksum(values));
        values.data<float>()[2_999_999] = -values.data<float>()[2_999_999];
        Assert.NotEqual(one, Fused.checksum(values));
    }

    [Fact]
    public void Not_a_number_stays_in_its_element()
    {
        using var scope = torch.NewDisposeScope();
        var (master, grad) = (torch.ones([40], ScalarType.Float32), torch.ones([40], ScalarType.Float32));
        grad.narrow(0, 17, 1).fill_(double.NaN);
        Fused.adamw(master, grad, torch.zeros(40), torch.zeros(40), null, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.1, 1));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i != 17), master.isfinite().to_array<bool>());
    }

    [Fact]
    public void A_step_below_one_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        var t = torch.zeros(4);
        Assert.Contains("counts from 1", Assert.Throws<TorchException>(() => Fused.adamw(t, t, t, t, null, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.1, 0))).Message, StringComparison.Ordinal);
    }

    private static void Plain(AdamWStep s, double[] grad, double[] p, double[] m, double[] v)
    {
        for (var i = 0; i < p.Length; i++)
        {
            var g = grad[i] * s.grad_scale;
            m[i] = (s.beta1 * m[i]) + ((1 - s.beta1) * g);
            v[i] = (s.beta2 * v[i]) + ((1 - s.beta2) * g * g);
            var mHat = m[i] / (1 - Math.Pow(s.beta1, s.step));
            var vHat = v[i] / (1 - Math.Pow(s.beta2, s.step));
            p[i] = (p[i] * (1 - (s.lr * s.weight_decay))) - (s.lr * mHat / (Math.Sqrt(vHat) + s.eps));
        }
    }
}
