namespace Meditron.Actors.Actor;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>The child goes on with its next message, keeping its state.</summary>
    Resume,

    /// <summary>The child is replaced by a new instance.</summary>
    Restart,

    /// <summary>The supervisor fails itself with the same cause.</summary>
    Escalate,

    /// <summary>The child stops.</summary>
    Stop,
}
