namespace Meditron.Actors.Remote.Network;

/// <summary>Carries frames between processes; the one thing under the associations, so that a simulation can put another in its place.</summary>
/// <remarks>No callback is ever made from within a call into the network, and the callbacks of one connection are made one after another.</remarks>
internal interface INetwork
{
    /// <summary>The name of this machine, for addresses of systems that listen on all interfaces.</summary>
    string MachineName { get; }

    /// <summary>Accepts connections at an endpoint.</summary>
    /// <param name="host">Name or address to bind; empty for all interfaces.</param>
    /// <param name="port">Port, or 0 for a free one.</param>
    /// <param name="accept">Gives each accepted connection its handler; null refuses the connection.</param>
    /// <exception cref="NetworkException">The endpoint cannot be bound: says why.</exception>
    INetworkListener Listen(string host, int port, Func<string, IConnectionHandler?> accept);

    /// <summary>Starts to connect; the outcome comes as <see cref="IConnectionHandler.OnOpened"/> or <see cref="IConnectionHandler.OnClosed"/>.</summary>
    IConnection Connect(string host, int port, IConnectionHandler handler);

    /// <summary>Fills a nonce of the handshake, which must never repeat.</summary>
    void FillNonce(Span<byte> nonce);
}

/// <summary>An endpoint that accepts connections until it is closed.</summary>
internal interface INetworkListener
{
    /// <summary>The port that was bound.</summary>
    int Port { get; }

    /// <summary>Stops accepting.</summary>
    void Close();
}

/// <summary>A stream of frames to and from one peer, in order and without loss as long as it is open.</summary>
internal interface IConnection
{
    /// <summary>Where the peer is, for log lines.</summary>
    string Peer { get; }

    /// <summary>Whether the peer is on this machine.</summary>
    bool IsLoopback { get; }

    /// <summary>Whether the peer has proven a certificate.</summary>
    bool IsAuthenticated { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    long QueuedBytes { get; }

    /// <summary>The longest frame that is accepted, in bytes; small until the handshake has succeeded. Set only from a callback.</summary>
    int MaximumFrameSize { set; }

    /// <summary>Queues one frame, given in two parts; both are copied. Ignored once the connection is closed.</summary>
    void Send(Lane lane, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);

    /// <summary>Nothing more follows for now: what is queued goes out.</summary>
    void Flush();

    /// <summary>Sends what is queued, then closes.</summary>
    void Close();

    /// <summary>Closes at once, whatever is queued.</summary>
    void Abort();
}

/// <summary>What a connection reports.</summary>
internal interface IConnectionHandler
{
    /// <summary>The connection stands; frames may be sent.</summary>
    void OnOpened(IConnection connection);

    /// <summary>A frame has arrived; the bytes are valid during the call only.</summary>
    void OnFrame(ReadOnlySpan<byte> frame);

    /// <summary>The connection has ended, or never came about; the last callback.</summary>
    void OnClosed(CloseReason reason, string detail);
}

/// <summary>Which of the two queues of a connection a frame waits in: control frames go before all ordinary ones.</summary>
internal enum Lane
{
    Control,
    Ordinary,
}

/// <summary>Why a connection ended.</summary>
internal enum CloseReason
{
    /// <summary>This side closed it.</summary>
    Local,

    /// <summary>Nobody listens at the endpoint.</summary>
    Refused,

    /// <summary>The endpoint could not be reached or resolved.</summary>
    Unreachable,

    /// <summary>The peer closed it or its process ended.</summary>
    PeerClosed,

    /// <summary>The peer closed it, or its process ended, in the middle of a frame.</summary>
    Truncated,

    /// <summary>The peer sent what is not a frame.</summary>
    BadFrame,

    /// <summary>The certificates did not satisfy either side.</summary>
    TlsFailed,
}
