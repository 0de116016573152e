using System.Globalization;
using Meditron.Training.Settings;

namespace Meditron.Cli.Shell;

/// <summary>Which node <c>meditron cmd</c> is to connect with, and with which secret.</summary>
internal sealed record CmdTarget(string Host, int Port, string? Secret)
{
    /// <summary>The port that nodes serve commands on unless configured otherwise.</summary>
    public const int DefaultPort = 9110;

    /// <summary>The environment variable that may hold the secret.</summary>
    public const string SecretVariable = "MEDITRON_SECRET";

    /// <summary>Whether a word of the command line is an address; palettes have neither dots nor colons in their names.</summary>
    public static bool IsAddress(string word) => word.AsSpan().ContainsAny(':', '.') || word.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the target: the address given, else that of the node's configuration, else this machine.</summary>
    /// <exception cref="UsageException">The address is none.</exception>
    /// <exception cref="ConfigurationException">The configuration or the file with the secret cannot be read.</exception>
    public static CmdTarget Find(string? address, string? secretFile, IReadOnlyList<string> configFiles)
    {
        var config = configFiles.Count == 0 ? Config.Empty : ConfigFiles.Load(configFiles, []);
        var host = config.GetString("meditron.cmd.host", "127.0.0.1") ?? "127.0.0.1";
        var port = config.GetInt("meditron.cmd.port", DefaultPort);
        if (address is not null)
        {
            (host, port) = Parse(address);
        }

        // A node that serves on all interfaces is reached on this machine's own.
        host = host is "0.0.0.0" ? "127.0.0.1" : host is "::" ? "::1" : host;
        var secret = secretFile is not null ? ReadSecret(secretFile)
            : Environment.GetEnvironmentVariable(SecretVariable) is { Length: > 0 } given ? given
            : config.GetString("akka.remote.secret", "");
        return new CmdTarget(host, port, string.IsNullOrEmpty(secret) ? null : secret);
    }

    private static (string Host, int Port) Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        var bracket = address.LastIndexOf(']');
        var host = colon > bracket ? address[..colon] : address;
        var port = DefaultPort;
        if (colon > bracket && (!int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535))
        {
            throw new UsageException($"'{address}' is no address of a node: the port must be a number from 1 to 65535, as in 127.0.0.1:{DefaultPort}.");
        }

        if (bracket >= 0 && host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }

        return host.Length > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? (host, port)
            : throw new UsageException($"'{address}' is no address of a node: expected is HOST:PORT, as in 127.0.0.1:{DefaultPort} or [::1]:{DefaultPort}.");
    }

    private static string ReadSecret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw new ConfigurationException($"--secret-file {file} is empty; it must hold the cluster's secret (akka.remote.secret).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--secret-file {file} cannot be read: {e.Message}", e);
        }
    }
}
