using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meditron.Simulation.Worlds;

/// <summary>What happens in a world, one line an event: virtual time, node, event. The same seed gives the same lines, byte for byte.</summary>
internal sealed class EventLog : IDisposable
{
    private readonly TextWriter? _writer;
    private readonly IncrementalHash? _hash;

    private EventLog(TextWriter? writer, IncrementalHash? hash)
    {
        _writer = writer;
        _hash = hash;
    }

    /// <summary>A log that keeps nothing, for many worlds in a row.</summary>
    public static EventLog None => new(null, null);

    /// <summary>Whether lines are kept; those that cost something to make need not be made otherwise.</summary>
    public bool IsOn => _hash is not null;

    /// <summary>A log that writes lines and hashes them.</summary>
    public static EventLog To(TextWriter writer) => new(writer, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));

    /// <summary>Adds a line.</summary>
    public void Write(long ticks, string node, string text)
    {
        if (_hash is null)
        {
            return;
        }

        var flat = text.AsSpan().ContainsAny('\r', '\n') ? text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", " | ", StringComparison.Ordinal) : text;
        var line = string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond,4}.{ticks % TimeSpan.TicksPerSecond:0000000} {node,-6} {flat}\n");
        _hash.AppendData(Encoding.UTF8.GetBytes(line));
        _writer!.Write(line);
    }

    /// <summary>SHA-256 of all lines so far, in hexadecimal digits.</summary>
    public string Sha256() => _hash is null ? "" : Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash?.Dispose();
}
