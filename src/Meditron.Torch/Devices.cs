namespace Meditron.Torch;

/// <summary>Turns the setting <c>meditron.device</c> (auto, cpu or cuda) into a device that is there.</summary>
public static class Devices
{
    /// <summary>Resolves <c>auto</c> (CUDA where there is a device, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="TorchException">A CUDA device was asked for that is not there.</exception>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Resolve(string setting)
    {
        var devices = torch.cuda.device_count();
        if (setting == "auto")
        {
            return devices > 0 ? new Device(DeviceType.CUDA) : Device.CPU;
        }

        var device = Parse(setting);
        return device.type == DeviceType.CPU || device.index < devices
            ? device
            : throw new TorchException(
                TorchErrorKind.Device,
                $"The device '{setting}' was asked for, and libtorch {torch.__version__} sees {devices} CUDA devices; use auto or cpu, or build native/ with LIBTORCH=DIR of a libtorch with CUDA.");
    }

    private static Device Parse(string setting)
    {
        try
        {
            return Device.Parse(setting);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{setting}' is no device; use auto, cpu, cuda or cuda:N.", e);
        }
    }
}
