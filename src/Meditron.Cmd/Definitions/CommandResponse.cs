namespace Meditron.Cmd;

/// <summary>What a handler tells the sender of a command: text, and whether more follows.</summary>
public class CommandResponse : INoSerializationVerificationNeeded
{
    /// <summary>The answer of a command that has nothing to say.</summary>
    public static readonly CommandResponse Empty = new("");

    /// <summary>Makes a response.</summary>
    /// <param name="message">One or more lines.</param>
    /// <param name="final">Whether the command has ended with it.</param>
    public CommandResponse(string message, bool final = true)
    {
        ArgumentNullException.ThrowIfNull(message);
        Message = message;
        Final = final;
    }

    /// <summary>The text, without the end of its last line.</summary>
    public string Message { get; }

    /// <summary>Whether the command has ended with it.</summary>
    public bool Final { get; }

    /// <summary>Whether the command failed.</summary>
    public virtual bool Errored => false;

    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>The answer of a command that failed: says what failed, on what, why, and what to do.</summary>
public sealed class ErroredCommandResponse : CommandResponse
{
    /// <summary>Makes a response, which is the last one.</summary>
    public ErroredCommandResponse(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override bool Errored => true;
}
