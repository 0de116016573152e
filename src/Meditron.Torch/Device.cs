using System.Globalization;

namespace Meditron.Torch;

/// <summary>Where a tensor's memory is and its operations run.</summary>
/// <param name="type">The kind of device.</param>
/// <param name="index">Which of them; 0 for the CPU.</param>
public readonly record struct Device(DeviceType type, int index = 0)
{
    /// <summary>The host.</summary>
    public static Device CPU => default;

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "cpu")
        {
            return CPU;
        }

        if (text == "cuda")
        {
            return new Device(DeviceType.CUDA);
        }

        return text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new Device(DeviceType.CUDA, index)
            : throw new FormatException($"'{text}' names no device; use cpu, cuda or cuda:N.");
    }

    /// <inheritdoc/>
    public override string ToString() => type == DeviceType.CPU ? "cpu" : $"cuda:{index}";
}
