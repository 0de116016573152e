namespace Meditron.Llama.HuggingFace;

/// <summary>A Hugging Face model folder that cannot be read or written; the message names the file, everything that is wrong, and what to do.</summary>
public sealed class HuggingFaceException : Exception
{
    /// <summary>Creates the exception.</summary>
    public HuggingFaceException(string path, string message, Exception? inner = null)
        : base($"{path}: {message}", inner)
    {
        Path = path;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }
}
