using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meditron.Cmd.Parsing;

namespace Meditron.Cmd.Hosting;

/// <summary>The keys under <c>meditron.cmd</c>, read and checked once.</summary>
internal sealed class CmdSettings
{
    private const string Prefix = "meditron.cmd";

    private readonly Config _config;

    /// <summary>Reads the settings from a whole configuration, behind which the defaults stand.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed: says key, value and what is allowed.</exception>
    public CmdSettings(Config config)
    {
        _config = config;
        RefuseUnknown(config.GetConfig(Prefix), MeditronCmd.DefaultConfig().GetConfig(Prefix), Prefix);
        Host = config.GetString($"{Prefix}.host") ?? "";
        Address = Resolve(Host);
        Port = Between("port", 0, 65535);
        SecretOnLoopback = config.GetBoolean($"{Prefix}.secret-on-loopback");
        LogPalettesOnStartup = config.GetBoolean($"{Prefix}.log-palettes-on-startup");
        MaxClients = Between("max-clients", 1, 10_000);
        MaxCommandsPerClient = Between("max-commands-per-client", 1, 1000);
        HandshakeTimeout = Positive("handshake-timeout");
        CommandTimeout = Positive("command-timeout");
        HeartbeatInterval = Positive("heartbeat-interval");
        IdleTimeout = Positive("idle-timeout");
        MaxCommandSize = Bytes("max-command-size", 256, 16 << 20);
        MaxResponseSize = Bytes("max-response-size", 1024, 1 << 30);
        SendQueueLimit = Bytes("send-queue-limit", 1024, 1 << 30);
        LogCapacity = Between("log.capacity", 1, 1_000_000);
        LogMaxEntryLength = Between("log.max-entry-length", 80, 1 << 20);
        Secret = config.GetString("akka.remote.secret", "") ?? "";
        if (IdleTimeout < HeartbeatInterval * 2)
        {
            throw Refused("idle-timeout", $"at least twice {Prefix}.heartbeat-interval, which is {HeartbeatInterval}");
        }

        if (!IsLoopback && Secret.Length == 0)
        {
            throw new ConfigurationException(
                $"{Prefix}.host is {Host}, which other machines can reach, but akka.remote.secret is empty, so anybody there could stop this node. Configure the cluster's secret, or leave {Prefix}.host at 127.0.0.1.");
        }
    }

    /// <summary>The interface as configured.</summary>
    public string Host { get; }

    /// <summary>The interface's address.</summary>
    public IPAddress Address { get; }

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; }

    /// <summary>Whether clients of this machine must prove the secret too.</summary>
    public bool SecretOnLoopback { get; }

    /// <summary>Whether the commands are logged at the start.</summary>
    public bool LogPalettesOnStartup { get; }

    /// <summary>How many clients may be connected.</summary>
    public int MaxClients { get; }

    /// <summary>How many commands a client may run at once.</summary>
    public int MaxCommandsPerClient { get; }

    /// <summary>How long a client may take to introduce itself.</summary>
    public TimeSpan HandshakeTimeout { get; }

    /// <summary>How long a command may take.</summary>
    public TimeSpan CommandTimeout { get; }

    /// <summary>How often each side sends something.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>After which silence a client is given up.</summary>
    public TimeSpan IdleTimeout { get; }

    /// <summary>The longest command.</summary>
    public int MaxCommandSize { get; }

    /// <summary>The longest answer.</summary>
    public int MaxResponseSize { get; }

    /// <summary>Bytes that may wait for a client before a stream leaves lines out.</summary>
    public int SendQueueLimit { get; }

    /// <summary>How many entries of the log are kept.</summary>
    public int LogCapacity { get; }

    /// <summary>How many characters of each are kept.</summary>
    public int LogMaxEntryLength { get; }

    /// <summary>The cluster's secret; empty where there is none.</summary>
    public string Secret { get; }

    /// <summary>Whether only this machine can reach the host.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Whether clients must prove the secret.</summary>
    public bool NeedsSecret => Secret.Length > 0 && (!IsLoopback || SecretOnLoopback);

    private static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        try
        {
            var all = host.Length == 0 ? [] : Dns.GetHostAddresses(host);
            return Array.Find(all, each => each.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault()
                ?? throw new ConfigurationException($"{Prefix}.host is \"{host}\"; allowed is the name or address of an interface of this machine, such as 127.0.0.1 or 0.0.0.0.");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new ConfigurationException($"{Prefix}.host is {host}, which has no address: {e.Message}.", e);
        }
    }

    private static void RefuseUnknown(Config? given, Config? known, string path)
    {
        // What is below the dispatcher is the engine's.
        if (given is null || known is null || path == $"{Prefix}.dispatcher")
        {
            return;
        }

        var names = known.AsEnumerable().Select(entry => entry.Key).ToList();
        foreach (var (key, value) in given.AsEnumerable())
        {
            if (!names.Contains(key, StringComparer.Ordinal))
            {
                throw new ConfigurationException($"{path}.{key} is not a known key.{Spelling.Suggestion(key, names)} There are {string.Join(", ", names.Order(StringComparer.Ordinal))}.");
            }

            if (value.IsObject())
            {
                RefuseUnknown(given.GetConfig($"\"{key}\""), known.GetConfig($"\"{key}\""), $"{path}.{key}");
            }
        }
    }

    private TimeSpan Positive(string key)
    {
        var value = _config.GetTimeSpan($"{Prefix}.{key}", null, allowInfinite: false);
        return value > TimeSpan.Zero && value < TimeSpan.FromDays(1) ? value : throw Refused(key, "a time above 0 and below a day");
    }

    private int Between(string key, int least, int most)
    {
        var value = _config.GetLong($"{Prefix}.{key}", long.MinValue);
        return value >= least && value <= most ? (int)value : throw Refused(key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    private int Bytes(string key, long least, long most)
    {
        var value = _config.GetByteSize($"{Prefix}.{key}", null);
        return value >= least && value <= most ? (int)value.Value : throw Refused(key, string.Create(CultureInfo.InvariantCulture, $"a size from {least} to {most} bytes"));
    }

    private ConfigurationException Refused(string key, string allowed) =>
        new($"{Prefix}.{key} is {_config.GetString($"{Prefix}.{key}") ?? "not set"}; allowed is {allowed}.");
}
