using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Meditron.Actors.Actor;

/// <summary>Where an actor system can be reached: protocol, system name and, when it is not local only, host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable, ICloneable
{
    /// <summary>Orders addresses by protocol, system, host and port.</summary>
    public static readonly IComparer<Address> Comparer = Comparer<Address>.Create(static (a, b) => a.CompareTo(b));

    /// <summary>The address that stands for every system.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;

    /// <summary>Makes an address; without <paramref name="host"/> and <paramref name="port"/> it is local to its system.</summary>
    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        _text = Host is null
            ? $"{protocol}://{system}"
            : string.Create(CultureInfo.InvariantCulture, $"{protocol}://{system}@{(Host.Contains(':') && Host[0] != '[' ? $"[{Host}]" : Host)}{(port is { } p ? $":{p}" : "")}");
    }

    /// <summary>The protocol, such as <c>akka</c> or <c>akka.tcp</c>.</summary>
    public string Protocol { get; }

    /// <summary>The actor system's name.</summary>
    public string System { get; }

    /// <summary>The host, in lower case; null for a local address.</summary>
    public string? Host { get; }

    /// <summary>The port; null for a local address.</summary>
    public int? Port { get; }

    /// <summary>Whether the address has no host, so that it means something only inside its own system.</summary>
    public bool HasLocalScope => Host is null;

    /// <summary>Whether the address has a host, so that it means the same everywhere.</summary>
    public bool HasGlobalScope => Host is not null;

    /// <summary>The address without its protocol: <c>system@host:port</c>.</summary>
    public string HostPort() => _text[(Protocol.Length + 3)..];

    /// <summary>This address with another host.</summary>
    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    /// <summary>This address with another port.</summary>
    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    /// <summary>This address with another protocol.</summary>
    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    /// <summary>This address with another system name.</summary>
    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    /// <summary>Parses <c>protocol://system[@host:port]</c>.</summary>
    /// <exception cref="UriFormatException">The text is not an address.</exception>
    public static Address Parse(string address) => TryParse(address, out var parsed)
        ? parsed
        : throw new UriFormatException($"Cannot read '{address}' as an actor system's address: write protocol://system or protocol://system@host:port, for example akka.tcp://train@10.0.0.1:4053.");

    /// <summary>Parses an address.</summary>
    public static bool TryParse(string? path, [NotNullWhen(true)] out Address? address) => TryParse((path ?? "").AsSpan(), out address);

    /// <summary>Parses an address.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, [NotNullWhen(true)] out Address? address) =>
        TryParse(span, out address, out var rest) && (rest.IsEmpty || rest is "/");

    /// <summary>Parses an address at the start of a path and gives what follows it.</summary>
    public static bool TryParse(string? path, [NotNullWhen(true)] out Address? address, out string absoluteUri)
    {
        var parsed = TryParse((path ?? "").AsSpan(), out address, out var rest);
        absoluteUri = parsed ? (rest.IsEmpty ? "/" : rest.ToString()) : "";
        return parsed;
    }

    /// <summary>Parses an address at the start of a path and gives what follows it.</summary>
    public static bool TryParse(ReadOnlySpan<char> span, [NotNullWhen(true)] out Address? address, out ReadOnlySpan<char> absoluteUri)
    {
        address = null;
        absoluteUri = default;
        var colon = span.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0)
        {
            return false;
        }

        var protocol = span[..colon];
        var rest = span[(colon + 3)..];
        var slash = rest.IndexOf('/');
        absoluteUri = slash < 0 ? default : rest[slash..];
        var authority = slash < 0 ? rest : rest[..slash];
        if (authority.IsEmpty || !protocol.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-").Equals(-1))
        {
            return false;
        }

        var at = authority.IndexOf('@');
        if (at < 0)
        {
            address = authority.Contains(':') ? null : new Address(protocol.ToString(), authority.ToString());
            return address is not null;
        }

        var system = authority[..at];
        var hostPort = authority[(at + 1)..];
        var bracket = hostPort.LastIndexOf(']');
        var portAt = hostPort.LastIndexOf(':');
        if (system.IsEmpty || portAt <= bracket || portAt <= 0
            || !int.TryParse(hostPort[(portAt + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            return false;
        }

        var host = hostPort[..portAt];
        if (host[0] == '[' && bracket == host.Length - 1)
        {
            host = host[1..^1];
        }

        if (host.IsEmpty)
        {
            return false;
        }

        address = new Address(protocol.ToString(), system.ToString(), host.ToString(), port);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Address? other) => ReferenceEquals(this, other) || (other is not null && _text == other._text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(Address? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = string.CompareOrdinal(Protocol, other.Protocol);
        order = order != 0 ? order : string.CompareOrdinal(System, other.System);
        order = order != 0 ? order : string.CompareOrdinal(Host ?? "", other.Host ?? "");
        return order != 0 ? order : (Port ?? 0).CompareTo(other.Port ?? 0);
    }

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as Address);

    /// <inheritdoc/>
    public object Clone() => new Address(Protocol, System, Host, Port);

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Whether two addresses are the same place.</summary>
    public static bool operator ==(Address? left, Address? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two addresses are different places.</summary>
    public static bool operator !=(Address? left, Address? right) => !(left == right);
}
