using Meditron.Torch;

namespace Meditron.Cli;

/// <summary>Reads a device from the command line.</summary>
internal static class DeviceOption
{
    /// <summary>The device; a name that is none is an error of configuration.</summary>
    public static Device Resolve(string name)
    {
        try
        {
            return Devices.Resolve(name);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"--device {name}: {e.Message}", e);
        }
    }
}
