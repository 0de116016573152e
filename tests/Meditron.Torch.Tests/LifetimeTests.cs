using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Meditron.Testing;

namespace Meditron.Torch.Tests;

public sealed class LifetimeTests
{
    [Fact]
    public void Ten_thousand_steps_of_mixed_operations_leave_nothing_behind()
    {
        using var weight = torch.randn(64, 64);
        using var generator = new Generator(1);
        Step(weight, generator);
        Settle();
        var before = torch.memory_statistics();
        for (var i = 0; i < 10_000; i++)
        {
            Step(weight, generator);
        }

        var after = torch.memory_statistics();
        Assert.Equal(before.AllocatedBytes, after.AllocatedBytes);
        Assert.Equal(before.TensorCount, after.TensorCount);
        Assert.True(after.Allocations > before.Allocations + 10_000);
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_their_finalisers()
    {
        Settle();
        var before = torch.memory_statistics();
        Forget(500);
        Assert.True(torch.memory_statistics().AllocatedBytes >= before.AllocatedBytes);
        Settle();
        var after = torch.memory_statistics();
        Assert.Equal(before.AllocatedBytes, after.AllocatedBytes);
        Assert.Equal(before.TensorCount, after.TensorCount);
    }

    [Fact]
    public void Failed_operations_leave_nothing_behind()
    {
        using var a = torch.zeros(2, 3);
        using var b = torch.zeros(4, 5);
        Settle();
        var before = torch.memory_statistics();
        for (var i = 0; i < 500; i++)
        {
            Assert.Throws<TorchException>(() => a.mm(b));
            Assert.Throws<TorchException>(() => torch.empty(1L << 50));
        }

        Assert.Equal(before with { Allocations = 0 }, torch.memory_statistics() with { Allocations = 0, PeakBytes = before.PeakBytes, PeakTensorCount = before.PeakTensorCount });
    }

    [Fact]
    public void Steady_operations_without_results_allocate_nothing_native_and_little_managed()
    {
        using var a = torch.ones(64, 64);
        using var b = torch.ones(64, 64);
        using var c = torch.zeros(64, 64);
        for (var i = 0; i < 3; i++)
        {
            c.copy_(a).add_(b).mul_(b).sqrt_().zero_();
        }

        var allocations = torch.memory_statistics().Allocations;
        var managed = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            c.copy_(a).add_(b).mul_(b).sqrt_().zero_();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - managed);
        Assert.Equal(allocations, torch.memory_statistics().Allocations);
    }

    [Fact]
    public void The_memory_lives_until_the_last_view_of_it()
    {
        Settle();
        var before = torch.memory_statistics().AllocatedBytes;
        var whole = torch.zeros(1000);
        var part = whole.narrow(0, 10, 5);
        whole.Dispose();
        Assert.Equal(before + 4000, torch.memory_statistics().AllocatedBytes);
        Assert.Equal(0, part.sum().item<float>());
        part.Dispose();
        Settle();
        Assert.Equal(before, torch.memory_statistics().AllocatedBytes);
    }

    [Fact]
    public void Peaks_are_remembered_until_they_are_reset()
    {
        torch.reset_peak_memory_statistics();
        var before = torch.memory_statistics();
        torch.zeros(1_000_000).Dispose();
        Assert.True(torch.memory_statistics().PeakBytes >= before.AllocatedBytes + 4_000_000);
        Assert.True(Tensor.PeakCount >= before.TensorCount + 1);
        torch.reset_peak_memory_statistics();
        Assert.Equal(torch.memory_statistics().AllocatedBytes, torch.memory_statistics().PeakBytes);
    }

    [Fact]
    public async Task A_scope_follows_an_async_flow_across_threads()
    {
        Tensor first;
        Tensor second;
        Tensor kept;
        using (var scope = torch.NewDisposeScope())
        {
            first = torch.zeros(1);
            second = await Task.Run(() => torch.zeros(2));
            await Task.Yield();
            kept = torch.zeros(3).DetachFromDisposeScope();
            Assert.Equal(2, scope.DisposablesCount);
            Assert.True(scope.Contains(second));
        }

        Assert.True(first.IsInvalid);
        Assert.True(second.IsInvalid);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
        using var outside = torch.zeros(1);
        Assert.False(outside.IsInvalid);
    }

    [Fact]
    public void Tensors_move_between_scopes()
    {
        using var outer = torch.NewDisposeScope();
        Tensor moved;
        Tensor dropped;
        using (var inner = torch.NewDisposeScope())
        {
            moved = torch.zeros(1).MoveToOuterDisposeScope();
            dropped = torch.zeros(1);
            var other = torch.zeros(1);
            inner.DisposeEverythingBut(dropped);
            Assert.True(other.IsInvalid);
            Assert.False(dropped.IsInvalid);
        }

        Assert.True(dropped.IsInvalid);
        Assert.False(moved.IsInvalid);
        outer.Dispose();
        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void A_tensor_over_a_mapped_file_keeps_it_mapped()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("x"), [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64]);
        Tensor t;
        using (var file = MemoryMappedFile.CreateFromFile(folder.File("x"), FileMode.Open))
        using (var view = file.CreateViewAccessor(0, 12, MemoryMappedFileAccess.Read))
        {
            t = torch.frombuffer(view.SafeMemoryMappedViewHandle, 4, torch.float32, 2);
            Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => torch.frombuffer(view.SafeMemoryMappedViewHandle, 4, torch.float32, 1 << 20)).Kind);
            Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => torch.frombuffer(view.SafeMemoryMappedViewHandle, 2, torch.float32, 1)).Kind);
        }

        Assert.Equal([1f, 2f], t.data<float>().ToArray());
        t.Dispose();
    }

    [Fact]
    public void A_tensor_over_an_array_shares_its_elements()
    {
        float[] array = [1, 2, 3, 4];
        using (var t = torch.frombuffer(array, 2, 2))
        {
            t.mul_(2);
        }

        Assert.Equal([2f, 4, 6, 8], array);
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => torch.frombuffer(array, 3)).Kind);
    }

    [Fact]
    public void A_tensor_disposed_while_others_use_it_ends_in_a_typed_error()
    {
        for (var round = 0; round < 20; round++)
        {
            var t = torch.ones(256, 256);
            using var started = new ManualResetEventSlim();
            var user = new Thread(() =>
            {
                try
                {
                    while (true)
                    {
                        t.sum().Dispose();
                        started.Set();
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            });
            user.Start();
            Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
            t.Dispose();
            Assert.True(user.Join(TimeSpan.FromSeconds(30)));
        }
    }

    private static void Step(Tensor weight, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.randn([32, 64], generator: generator);
        var h = x.matmul(weight.t()).silu();
        var p = h.softmax(-1);
        var (values, indexes) = p.topk(3);
        var picked = p.gather(1, indexes).sub(values).abs().sum();
        var joined = torch.cat([h, x], 1).view(-1).narrow(0, 5, 100).to(torch.bfloat16);
        if (picked.item<float>() != 0 || joined.numel() != 100 || h.isfinite().all().item<bool>() is false)
        {
            throw new InvalidOperationException("The step computed something else.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = torch.zeros(64, 1024).add(1);
        }
    }

    private static void Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
