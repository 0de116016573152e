namespace Meditron.Actors.Remote.Wire;

/// <summary>The first byte of every frame.</summary>
internal enum FrameType : byte
{
    /// <summary>Client's opening of the handshake.</summary>
    Hello = 1,

    /// <summary>Server's answer, with its proof of the secret.</summary>
    Challenge = 2,

    /// <summary>Client's proof of the secret.</summary>
    Proof = 3,

    /// <summary>The server accepts.</summary>
    Welcome = 4,

    /// <summary>One side refuses the other, and says why.</summary>
    Reject = 5,

    /// <summary>The client has seen the welcome and uses the connection from now on.</summary>
    Ready = 6,

    /// <summary>A message for an actor.</summary>
    Message = 16,

    /// <summary>Gives a number to the path of an actor.</summary>
    DefineRef = 17,

    /// <summary>Gives a number to a manifest.</summary>
    DefineManifest = 18,

    /// <summary>Forgets all numbers.</summary>
    ResetTables = 19,

    /// <summary>The first part of a frame too long for one.</summary>
    ChunkBegin = 20,

    /// <summary>A further part of it.</summary>
    Chunk = 21,

    /// <summary>A system message, numbered.</summary>
    System = 32,

    /// <summary>All system messages up to a number have arrived.</summary>
    SystemAck = 33,

    /// <summary>The sender is alive.</summary>
    Heartbeat = 40,

    /// <summary>The sender closes the connection on purpose.</summary>
    Goodbye = 48,

    /// <summary>The sender has quarantined the receiver and will never speak to this incarnation again.</summary>
    Quarantined = 49,
}
