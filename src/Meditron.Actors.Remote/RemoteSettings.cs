using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <summary>The keys under <c>akka.remote</c>, read and checked once.</summary>
public class RemoteSettings
{
    /// <summary>The first part of the protocol in remote addresses.</summary>
    public static readonly string AkkaScheme = "akka";

    internal const string TcpPath = "akka.remote.dot-netty.tcp";

    /// <summary>Reads the settings from a whole configuration.</summary>
    /// <exception cref="ConfigurationException">A value is out of range: says key, value and what is allowed.</exception>
    public RemoteSettings(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        LogReceive = config.GetBoolean("akka.remote.log-received-messages");
        LogSend = config.GetBoolean("akka.remote.log-sent-messages");
        UntrustedMode = config.GetBoolean("akka.remote.untrusted-mode");
        TrustedSelectionPaths = [.. config.GetStringList("akka.remote.trusted-selection-paths")];
        RemoteLifecycleEventsLogLevel = config.GetString("akka.remote.log-remote-lifecycle-events") ?? "on";
        LifecycleEvents = LevelOf("akka.remote.log-remote-lifecycle-events", RemoteLifecycleEventsLogLevel);
        LogBufferSizeExceeding = config.GetString("akka.remote.log-buffer-size-exceeding") is null or "off" or "false"
            ? int.MaxValue
            : Between("akka.remote.log-buffer-size-exceeding", 1, int.MaxValue);
        Dispatcher = config.GetString("akka.remote.use-dispatcher") ?? "";
        UsePassiveConnections = config.GetBoolean("akka.remote.use-passive-connections", true);
        ShutdownTimeout = Positive("akka.remote.shutdown-timeout");
        FlushWait = Positive("akka.remote.flush-wait-on-shutdown");
        StartupTimeout = Positive("akka.remote.startup-timeout");
        CommandAckTimeout = Positive("akka.remote.command-ack-timeout");
        RetryGateClosedFor = Time("akka.remote.retry-gate-closed-for", allowZero: true);
        BackoffPeriod = Positive("akka.remote.backoff-interval");
        SysMsgBufferSize = Between("akka.remote.system-message-buffer-size", 1, int.MaxValue);
        SysResendLimit = Between("akka.remote.resend-limit", 1, int.MaxValue);
        SysResendTimeout = Positive("akka.remote.resend-interval");
        SysMsgAckTimeout = Positive("akka.remote.system-message-ack-piggyback-timeout");
        InitialSysMsgDeliveryTimeout = Positive("akka.remote.initial-system-message-delivery-timeout");
        QuarantineSilentSystemTimeout = Positive("akka.remote.quarantine-after-silence");
        QuarantineDuration = Positive("akka.remote.prune-quarantine-marker-after");
        WatchFailureDetectorConfig = config.GetConfig("akka.remote.watch-failure-detector")
            ?? throw ConfigurationException.NullOrEmptyConfig<RemoteSettings>("akka.remote.watch-failure-detector");
        WatchFailureDetectorImplementationClass = WatchFailureDetectorConfig.GetString("implementation-class") ?? "";
        WatchHeartBeatInterval = Positive("akka.remote.watch-failure-detector.heartbeat-interval");
        WatchUnreachableReaperInterval = Positive("akka.remote.watch-failure-detector.unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = Positive("akka.remote.watch-failure-detector.expected-response-after");
        CheckWatchFailureDetector();
        HandshakeTimeout = Positive("akka.remote.handshake-timeout");
        ConnectionTimeout = Positive($"{TcpPath}.connection-timeout");
        TransportHeartbeatInterval = Positive("akka.remote.transport-failure-detector.heartbeat-interval");
        TransportAcceptablePause = Positive("akka.remote.transport-failure-detector.acceptable-heartbeat-pause");
        TransportNames = config.GetStringList("akka.remote.enabled-transports");
        if (TransportNames.Count != 1 || TransportNames[0] != TcpPath)
        {
            throw new ConfigurationException(
                $"akka.remote.enabled-transports is [{string.Join(", ", TransportNames)}]; allowed is [{TcpPath}], the one transport of this engine.");
        }

        Transports = [new TransportSettings(config.GetConfig(TcpPath)!)];
        Adapters = new Dictionary<string, string>(StringComparer.Ordinal);
        Secret = config.GetString("akka.remote.secret") ?? "";
        AllowUnauthenticated = config.GetBoolean("akka.remote.allow-unauthenticated");
        MaximumFrameSize = (int)Bytes($"{TcpPath}.maximum-frame-size", 32_000, 1 << 30);
        MaximumMessageSize = (int)Bytes("akka.remote.maximum-message-size", 1024, 1 << 30);
        LargeMessageSize = (int)Math.Min(Bytes("akka.remote.large-message-size", 1024, 1 << 20), MaximumFrameSize - 16);
        SendQueueLimit = Bytes("akka.remote.send-queue-limit", 1 << 16, long.MaxValue);
        Hostname = config.GetString($"{TcpPath}.hostname") ?? "";
        PublicHostname = config.GetString($"{TcpPath}.public-hostname") ?? "";
        Port = Between($"{TcpPath}.port", 0, 65535);
        PublicPort = Between($"{TcpPath}.public-port", 0, 65535);
        Backlog = Between($"{TcpPath}.backlog", 1, int.MaxValue);
        SendBufferSize = (int)Bytes($"{TcpPath}.send-buffer-size", 0, 1 << 30);
        ReceiveBufferSize = (int)Bytes($"{TcpPath}.receive-buffer-size", 0, 1 << 30);
        DetectPeerLoss = config.GetBoolean("akka.remote.detect-peer-loss");
    }

    /// <summary>The configuration they were read from.</summary>
    public Config Config { get; }

    /// <summary>Settings of the watch failure detector.</summary>
    public Config WatchFailureDetectorConfig { get; }

    /// <summary>Paths that selections from other systems may address in untrusted mode.</summary>
    public HashSet<string> TrustedSelectionPaths { get; }

    /// <summary>Transport adapters by name; this engine has none.</summary>
    public IDictionary<string, string> Adapters { get; }

    /// <summary>The configuration paths of the transports.</summary>
    public IList<string> TransportNames { get; }

    /// <summary>The transports' settings.</summary>
    public TransportSettings[] Transports { get; }

    /// <summary>Interval of retries inside remoting; without effect in this engine.</summary>
    public TimeSpan BackoffPeriod { get; }

    /// <summary>How long a management command may take.</summary>
    public TimeSpan CommandAckTimeout { get; }

    /// <summary>How long a system that ends waits for its last messages to go out.</summary>
    public TimeSpan FlushWait { get; }

    /// <summary>How long system messages to a system never reached are kept.</summary>
    public TimeSpan InitialSysMsgDeliveryTimeout { get; }

    /// <summary>How long system messages to a system once reached are kept before it is quarantined.</summary>
    public TimeSpan QuarantineSilentSystemTimeout { get; }

    /// <summary>How long nothing is sent to a system that could not be reached.</summary>
    public TimeSpan RetryGateClosedFor { get; }

    /// <summary>How long ending remoting may take.</summary>
    public TimeSpan ShutdownTimeout { get; }

    /// <summary>How long starting remoting may take.</summary>
    public TimeSpan StartupTimeout { get; }

    /// <summary>How long an acknowledgement may be held back; this engine sends it at once.</summary>
    public TimeSpan SysMsgAckTimeout { get; }

    /// <summary>After which time unacknowledged system messages are sent again.</summary>
    public TimeSpan SysResendTimeout { get; }

    /// <summary>Interval of the heartbeats to watched systems.</summary>
    public TimeSpan WatchHeartBeatInterval { get; }

    /// <summary>When the first answer to a heartbeat is expected at the latest.</summary>
    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; }

    /// <summary>How often watched systems are judged.</summary>
    public TimeSpan WatchUnreachableReaperInterval { get; }

    /// <summary>How long a quarantined incarnation is remembered.</summary>
    public TimeSpan? QuarantineDuration { get; }

    /// <summary>Whether each received message is logged at debug level.</summary>
    public bool LogReceive { get; }

    /// <summary>Whether each sent message is logged at debug level.</summary>
    public bool LogSend { get; }

    /// <summary>Whether messages that could harm are refused from other systems.</summary>
    public bool UntrustedMode { get; }

    /// <summary>Whether a connection is used in both directions; this engine always does.</summary>
    public bool UsePassiveConnections { get; }

    /// <summary>From how many waiting messages on a warning is logged.</summary>
    public int LogBufferSizeExceeding { get; }

    /// <summary>How many unacknowledged system messages are kept before the other system is quarantined.</summary>
    public int SysMsgBufferSize { get; }

    /// <summary>How many system messages are sent again at most in one go.</summary>
    public int SysResendLimit { get; }

    /// <summary>The dispatcher of remoting's actors.</summary>
    public string Dispatcher { get; }

    /// <summary>Up to which level lifecycle events are logged: on, off, or a level's name.</summary>
    public string RemoteLifecycleEventsLogLevel { get; }

    /// <summary>The class of the watch failure detector.</summary>
    public string WatchFailureDetectorImplementationClass { get; }

    internal TimeSpan HandshakeTimeout { get; }

    internal TimeSpan ConnectionTimeout { get; }

    internal TimeSpan TransportHeartbeatInterval { get; }

    internal TimeSpan TransportAcceptablePause { get; }

    internal string Secret { get; }

    internal bool AllowUnauthenticated { get; }

    internal int MaximumFrameSize { get; }

    internal int MaximumMessageSize { get; }

    internal int LargeMessageSize { get; }

    internal long SendQueueLimit { get; }

    internal string Hostname { get; }

    internal string PublicHostname { get; }

    internal int Port { get; }

    internal int PublicPort { get; }

    internal bool DetectPeerLoss { get; }

    internal int Backlog { get; }

    /// <summary>0 for the operating system's choice, as the next one.</summary>
    internal int SendBufferSize { get; }

    internal int ReceiveBufferSize { get; }

    /// <summary>The most detailed level at which lifecycle events are logged; null for none.</summary>
    internal LogLevel? LifecycleEvents { get; }

    /// <summary>The given props with remoting's dispatcher.</summary>
    public Props ConfigureDispatcher(Props props)
    {
        ArgumentNullException.ThrowIfNull(props);
        return Dispatcher.Length == 0 ? props : props.WithDispatcher(Dispatcher);
    }

    private static LogLevel? LevelOf(string key, string level) => level.ToUpperInvariant() switch
    {
        "ON" or "TRUE" or "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" or "WARN" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" or "FALSE" => null,
        _ => throw new ConfigurationException($"{key} is {level}; allowed are on, off, DEBUG, INFO, WARNING and ERROR."),
    };

    // A detector is made when the first system is watched, which is too late to refuse its settings.
    private void CheckWatchFailureDetector()
    {
        const string Section = "akka.remote.watch-failure-detector";
        if (!WatchFailureDetectorImplementationClass.Contains(nameof(PhiAccrualFailureDetector), StringComparison.Ordinal))
        {
            return;
        }

        var threshold = Config.GetDouble($"{Section}.threshold");
        if (!(threshold > 0))
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{Section}.threshold is {threshold}; allowed is a number above 0."));
        }

        Between($"{Section}.max-sample-size", 1, int.MaxValue);
        Positive($"{Section}.min-std-deviation");
        Time($"{Section}.acceptable-heartbeat-pause", allowZero: true);
    }

    private TimeSpan Positive(string key) => Time(key, allowZero: false);

    private TimeSpan Time(string key, bool allowZero)
    {
        var value = Config.GetTimeSpan(key, allowInfinite: false);
        return value > TimeSpan.Zero || (allowZero && value == TimeSpan.Zero)
            ? value
            : throw new ConfigurationException($"{key} is {Config.GetString(key) ?? "not set"}; allowed is a time {(allowZero ? "of 0 or more" : "above 0")}.");
    }

    private int Between(string key, int least, int most)
    {
        var value = Config.GetLong(key, long.MinValue);
        return value >= least && value <= most
            ? (int)value
            : throw new ConfigurationException($"{key} is {Config.GetString(key) ?? "not set"}; allowed are integers from {least} to {most}.");
    }

    private long Bytes(string key, long least, long most)
    {
        var value = Config.GetByteSize(key, null);
        return value >= least && value <= most
            ? value.Value
            : throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture, $"{key} is {Config.GetString(key) ?? "not set"}; allowed are sizes from {least} to {most} bytes."));
    }

    /// <summary>The settings of one transport.</summary>
    public class TransportSettings
    {
        /// <summary>Takes the transport's section of the configuration.</summary>
        public TransportSettings(Config config)
        {
            ArgumentNullException.ThrowIfNull(config);
            Config = config;
            TransportClass = config.GetString("transport-class") ?? "";
            Adapters = config.GetStringList("applied-adapters");
        }

        /// <summary>The transport's section.</summary>
        public Config Config { get; }

        /// <summary>The names of the applied adapters; this engine has none.</summary>
        public IList<string> Adapters { get; }

        /// <summary>The class of the transport; this engine's own TCP takes the place of any.</summary>
        public string TransportClass { get; }
    }
}
