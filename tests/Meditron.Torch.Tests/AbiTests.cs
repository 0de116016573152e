using Meditron.Torch.Native;

namespace Meditron.Torch.Tests;

public sealed class AbiTests
{
    [Theory]
    [InlineData(1, TorchErrorKind.OutOfMemory)]
    [InlineData(2, TorchErrorKind.Shape)]
    [InlineData(3, TorchErrorKind.Other)]
    [InlineData(4, TorchErrorKind.Other)]
    [InlineData(5, TorchErrorKind.Other)]
    [InlineData(6, TorchErrorKind.Shape)]
    [InlineData(7, TorchErrorKind.Shape)]
    [InlineData(8, TorchErrorKind.Type)]
    [InlineData(9, TorchErrorKind.Shape)]
    [InlineData(10, TorchErrorKind.Communication)]
    [InlineData(11, TorchErrorKind.Device)]
    [InlineData(12, TorchErrorKind.Other)]
    [InlineData(13, TorchErrorKind.Other)]
    public void Every_native_exception_becomes_a_typed_one(int what, TorchErrorKind kind)
    {
        var e = Assert.Throws<TorchException>(() => NativeMethods.Check(NativeMethods.mt_test_throw(what)));
        Assert.Equal(kind, e.Kind);
        Assert.StartsWith("test_throw: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_call_that_throws_nothing_reports_nothing() => NativeMethods.Check(NativeMethods.mt_test_throw(0));

    [Fact]
    public void An_absurd_size_is_out_of_memory_and_leaves_the_process_sound()
    {
        var before = torch.memory_statistics().AllocatedBytes;
        Assert.Equal(TorchErrorKind.OutOfMemory, Assert.Throws<TorchException>(() => torch.empty(1L << 50)).Kind);
        Assert.Equal(TorchErrorKind.OutOfMemory, Assert.Throws<TorchException>(() => torch.empty(1L << 62, 1L << 62)).Kind);
        Assert.Equal(before, torch.memory_statistics().AllocatedBytes);
        using var fine = torch.zeros(3);
        Assert.Equal(3, fine.numel());
    }

    [Fact]
    public void A_negative_size_is_a_shape_error() => Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => torch.empty(-1)).Kind);
}
