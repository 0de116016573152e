namespace Meditron.Cmd;

/// <summary>The commands of a node cannot be served: says where, why, and what to do.</summary>
public sealed class CommandHostException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CommandHostException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
