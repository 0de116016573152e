namespace Meditron.Torch.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, TorchErrorKind, Func<Tensor>> Failures => new()
    {
        { "mm", TorchErrorKind.Shape, () => torch.zeros(2, 3).mm(torch.zeros(4, 5)) },
        { "add", TorchErrorKind.Shape, () => torch.zeros(2, 3).add(torch.zeros(4, 5)) },
        { "view", TorchErrorKind.Shape, () => torch.zeros(2, 3).view(4, 4) },
        { "view", TorchErrorKind.Shape, () => torch.zeros(2, 3).t().view(6) },
        { "narrow", TorchErrorKind.Shape, () => torch.zeros(2, 3).narrow(0, 1, 5) },
        { "select", TorchErrorKind.Shape, () => torch.zeros(2, 3).select(0, 2) },
        { "index_select", TorchErrorKind.Shape, () => torch.zeros(2, 3).index_select(0, torch.tensor([7])) },
        { "as_strided", TorchErrorKind.Shape, () => torch.zeros(2, 3).as_strided([100], [1]) },
        { "transpose", TorchErrorKind.Shape, () => torch.zeros(2, 3).transpose(0, 5) },
        { "item", TorchErrorKind.Shape, () => torch.scalar_tensor(torch.zeros(2, 3).item<float>()) },
        { "mm", TorchErrorKind.Type, () => torch.zeros(2, 2).mm(torch.zeros([2, 2], torch.float64)) },
        { "bitwise_and", TorchErrorKind.Type, () => torch.zeros(2).bitwise_and(torch.zeros(2)) },
        { "gather", TorchErrorKind.Type, () => torch.zeros(2, 3).gather(0, torch.zeros(1, 1)) },
        { "copy_", TorchErrorKind.Shape, () => torch.zeros(2, 3).copy_(torch.zeros(7)) },
        { "tensor", TorchErrorKind.Shape, () => torch.tensor([1, 2, 3], 2, 2) },
        { "multinomial", TorchErrorKind.Other, () => torch.zeros(3).multinomial(1) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_names_the_operation_and_has_its_kind(string operation, TorchErrorKind kind, Func<Tensor> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var e = Assert.Throws<TorchException>(call);
        Assert.StartsWith(operation + ": ", e.Message, StringComparison.Ordinal);
        Assert.True(kind == e.Kind, $"{e.Kind}: {e.Message}");
        Assert.DoesNotContain("Exception raised from", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_shows_the_shapes_of_the_arguments()
    {
        var e = Assert.Throws<TorchException>(() => torch.zeros(2, 3).mm(torch.zeros([4, 5], torch.float64)));
        Assert.Contains("Float[2, 3], Double[4, 5]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_a_device_error()
    {
        var device = new Device(DeviceType.CUDA, 99);
        Assert.Equal(TorchErrorKind.Device, Assert.Throws<TorchException>(() => torch.zeros([2], device: device)).Kind);
        Assert.Equal(TorchErrorKind.Device, Assert.Throws<TorchException>(() => torch.zeros(2).to(device)).Kind);
        Assert.Equal(TorchErrorKind.Device, Assert.Throws<TorchException>(() => Devices.Resolve("cuda:99")).Kind);
    }

    [Fact]
    public void Auto_is_the_best_device_there_is()
    {
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, Devices.Resolve("auto").type);
        Assert.Equal(Device.CPU, Devices.Resolve("cpu"));
        Assert.Throws<FormatException>(() => Devices.Resolve("gpu"));
    }

    [Fact]
    public void An_allocation_past_the_limit_is_refused_and_names_the_bytes()
    {
        torch.set_memory_limit(torch.memory_statistics().AllocatedBytes + 1_000_000);
        try
        {
            using var fits = torch.zeros(100_000);
            var e = Assert.Throws<TorchException>(() => torch.zeros(1_000_000));
            Assert.Equal(TorchErrorKind.OutOfMemory, e.Kind);
            Assert.Contains("4000000 bytes", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            torch.set_memory_limit(0);
        }
    }
}
