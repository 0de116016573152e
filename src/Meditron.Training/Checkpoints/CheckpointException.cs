namespace Meditron.Training.Checkpoints;

/// <summary>A checkpoint could not be written, read or used; the message names the checkpoint, the file, what was expected and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>The folder of the checkpoint that cannot be used, where the error is about one.</summary>
    public string? Folder { get; init; }

    /// <summary>Creates the exception with its cause.</summary>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
