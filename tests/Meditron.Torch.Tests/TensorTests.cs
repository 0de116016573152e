namespace Meditron.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void A_tensor_has_the_elements_and_the_shape_it_was_made_of()
    {
        using var t = torch.from_array(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([2L, 3L], t.shape);
        Assert.Equal([3L, 1L], t.stride());
        Assert.Equal(2, t.ndim);
        Assert.Equal(6, t.numel());
        Assert.Equal(24, t.nbytes);
        Assert.Equal(3, t.size(-1));
        Assert.Equal(ScalarType.Float32, t.dtype);
        Assert.Equal(Device.CPU, t.device);
        Assert.True(t.is_contiguous());
        Assert.Equal([1f, 2, 3, 4, 5, 6], t.data<float>().ToArray());
        Assert.Equal(0, t.data_ptr() % 64);
    }

    [Fact]
    public void Data_of_another_type_is_refused()
    {
        using var t = torch.zeros(2, 2);
        Assert.Equal(TorchErrorKind.Type, Assert.Throws<TorchException>(() => t.data<double>().Length).Kind);
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => t.data<float>(3, 2).Length).Kind);
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_used()
    {
        var t = torch.zeros(2);
        t.Dispose();
        t.Dispose();
        Assert.True(t.IsInvalid);
        Assert.Throws<ObjectDisposedException>(() => t.clone());
        Assert.Throws<ObjectDisposedException>(() => t.data<float>().Length);
        Assert.Throws<ObjectDisposedException>(() => t.data_ptr());
    }

    [Fact]
    public void Conversion_to_bfloat16_rounds_to_nearest_even_as_the_managed_type_does()
    {
        float[] values = [1f, 1.00390625f, 1.01171875f, -3.14159274f, 1e-40f, float.PositiveInfinity, 3.4e38f];
        using var t = torch.tensor(values);
        using var b = t.to(torch.bfloat16);
        Assert.Equal(values.Select(v => ((BFloat16)v).Bits), b.to_array<BFloat16>().Select(v => v.Bits));
        using var n = torch.full([1], double.NaN, torch.bfloat16);
        Assert.True(float.IsNaN(n.item<float>()));
        Assert.True(float.IsNaN((BFloat16)float.NaN));
    }

    [Fact]
    public void Elements_past_two_to_the_31_are_reached_in_ranges()
    {
        using var t = torch.empty([(1L << 31) + 16], torch.uint8);
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => t.data<byte>().Length).Kind);
        t.data<byte>((1L << 31) + 4, 2).Fill(7);
        using var end = t.narrow(0, (1L << 31) + 4, 2);
        Assert.Equal([7, 7], end.to_array<byte>());
        Assert.Equal(TorchErrorKind.Shape, Assert.Throws<TorchException>(() => t.bytes((1L << 31) + 10, 10).Length).Kind);
    }
}
