namespace Meditron.Training.Checkpoints;

/// <summary>A checkpoint could not be written, read or used; the message names the checkpoint, the file, what was expected and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
