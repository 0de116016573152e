using Meditron.Training.Distributed.Launching;

namespace Meditron.Training.Tests.Planning;

/// <summary>Which device each worker process of a machine gets.</summary>
public class DevicePlanTests
{
    [Theory]
    [InlineData("auto", 0, 3, "cpu,cpu,cpu")]
    [InlineData("cpu", 8, 2, "cpu,cpu")]
    [InlineData("auto", 4, 3, "cuda:0,cuda:1,cuda:2")]
    [InlineData("cuda", 2, 2, "cuda:0,cuda:1")]
    [InlineData("cuda:3", 4, 1, "cuda:3")]
    public void Processes_share_a_CPU_and_get_a_GPU_each(string setting, int gpus, int processes, string devices) =>
        Assert.Equal(devices, string.Join(',', DevicePlan.Assign(setting, gpus, processes, "test")));

    [Theory]
    [InlineData("auto", 4, 5, "4 CUDA devices (meditron.device = auto)")]
    [InlineData("cuda", 1, 2, "1 CUDA device (meditron.device = cuda)")]
    [InlineData("cuda:1", 4, 2, "meditron.device = cuda:1 names one device")]
    public void More_ranks_than_devices_are_refused_with_both_numbers(string setting, int gpus, int processes, string why)
    {
        var refused = Assert.Throws<ConfigurationException>(() => DevicePlan.Assign(setting, gpus, processes, $"meditron.parallel asks for {processes} ranks"));
        Assert.Contains($"meditron.parallel asks for {processes} ranks, but ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
