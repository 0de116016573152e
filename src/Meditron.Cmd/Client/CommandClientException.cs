namespace Meditron.Cmd.Client;

/// <summary>A node's commands cannot be reached, or not any more: says where, why, and what to do.</summary>
internal sealed class CommandClientException(CommandClientProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of problem it is.</summary>
    public CommandClientProblem Problem => problem;
}

/// <summary>Why a node's commands cannot be reached.</summary>
internal enum CommandClientProblem
{
    /// <summary>Nobody listens or answers there.</summary>
    Unreachable,

    /// <summary>What answers is no node, or one of another version.</summary>
    Foreign,

    /// <summary>The node wants a secret that was not proven.</summary>
    Secret,

    /// <summary>The node refuses for another reason.</summary>
    Refused,

    /// <summary>The connection broke.</summary>
    Lost,
}
