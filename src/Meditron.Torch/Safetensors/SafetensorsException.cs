namespace Meditron.Torch.Safetensors;

/// <summary>A safetensors file that cannot be read or written; the message names the file, the tensor, what was expected, and what to do.</summary>
public sealed class SafetensorsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SafetensorsException(string path, string message, Exception? inner = null)
        : base($"{path}: {message}", inner)
    {
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }
}
