namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>What the TCP adapter is configured with.</summary>
internal sealed record TcpSettings
{
    /// <summary>Frames of a peer before its handshake has succeeded are at most this long.</summary>
    public const int HandshakeFrameSize = 4096;

    public int Backlog { get; init; } = 4096;

    /// <summary>SO_SNDBUF, or null for the system's choice.</summary>
    public int? SendBufferSize { get; init; } = 256_000;

    /// <summary>SO_RCVBUF and the reader's buffer, or null for the system's choice.</summary>
    public int? ReceiveBufferSize { get; init; } = 256_000;

    public bool NoDelay { get; init; } = true;

    public bool KeepAlive { get; init; } = true;

    /// <summary>How long the TLS handshake may take.</summary>
    public TimeSpan TlsTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The certificates, or null for plain TCP.</summary>
    public TlsIdentity? Tls { get; init; }
}
