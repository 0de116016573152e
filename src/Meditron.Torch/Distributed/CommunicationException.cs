namespace Meditron.Torch.Distributed;

/// <summary>A failed operation of a process group: why, which rank is to blame, and a message that names the operation, the group, its generation and this rank.</summary>
public sealed class CommunicationException : TorchException
{
    /// <summary>Creates the exception.</summary>
    public CommunicationException(TorchErrorKind kind, CommunicationFailure failure, int peer, string message)
        : base(kind, message)
    {
        Failure = failure;
        Peer = peer;
    }

    /// <summary>Why it failed.</summary>
    public CommunicationFailure Failure { get; }

    /// <summary>The rank to blame (this one's own for a local abort), or -1 where it is not known.</summary>
    public int Peer { get; }

    internal static CommunicationException Of(CommunicationFailure failure, int peer, string message) =>
        new(failure switch { CommunicationFailure.ShapeMismatch => TorchErrorKind.Shape, CommunicationFailure.TypeMismatch => TorchErrorKind.Type, _ => TorchErrorKind.Communication }, failure, peer, message);
}
