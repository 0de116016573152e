namespace Meditron.Torch.Distributed;

/// <summary>Why a process group or one of its operations failed; the values are those of native/groups/failure.h.</summary>
public enum CommunicationFailure
{
    /// <summary>Something that is no failure of communication, such as a wrong argument.</summary>
    None = 0,

    /// <summary>A member aborted the group.</summary>
    Aborted = 1,

    /// <summary>A member's connection broke: its process ended or was killed, or its machine or network failed.</summary>
    PeerLost = 2,

    /// <summary>The operation did not end in time.</summary>
    Deadline = 3,

    /// <summary>A chunk failed its checksum, or made no sense.</summary>
    Corrupt = 4,

    /// <summary>The members ran different operations, or the same with different sizes.</summary>
    ShapeMismatch = 5,

    /// <summary>The members named different element types, or one that is not supported.</summary>
    TypeMismatch = 6,

    /// <summary>A member of another generation or group, or one that could not prove who it is.</summary>
    Refused = 7,

    /// <summary>This rank, or a peer that is needed, has left the group.</summary>
    Closed = 8,

    /// <summary>The operating system refused something.</summary>
    System = 9,
}
