namespace Meditron.Torch;

/// <summary>A failed tensor operation: its kind, and a message with the operation's name, the reason and the arguments' types and shapes.</summary>
public class TorchException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TorchException(TorchErrorKind kind, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
    }

    /// <summary>Why it failed.</summary>
    public TorchErrorKind Kind { get; }
}
