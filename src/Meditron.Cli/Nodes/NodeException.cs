namespace Meditron.Cli.Nodes;

/// <summary>A node could not start or join, or was removed from its cluster: says why, and what to do.</summary>
/// <param name="code">The exit code.</param>
/// <param name="message">Why.</param>
/// <param name="cause">What was thrown, if anything.</param>
internal sealed class NodeException(int code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The exit code.</summary>
    public int Code => code;
}
