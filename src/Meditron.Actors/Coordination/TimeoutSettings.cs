using System.Globalization;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Coordination;

/// <summary>How long a lease is held without a sign of life of its owner, how often it gives one, and how long the store may take.</summary>
public sealed class TimeoutSettings
{
    private static readonly TimeSpan LeastDerivedInterval = TimeSpan.FromSeconds(5);

    /// <summary>Makes the settings.</summary>
    public TimeoutSettings(TimeSpan heartbeatInterval, TimeSpan heartbeatTimeout, TimeSpan operationTimeout)
    {
        HeartbeatInterval = heartbeatInterval;
        HeartbeatTimeout = heartbeatTimeout;
        OperationTimeout = operationTimeout;
    }

    /// <summary>How often the owner tells the store that it holds the lease still.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>After how long without that another owner may take it.</summary>
    public TimeSpan HeartbeatTimeout { get; }

    /// <summary>How long taking it and giving it up may take.</summary>
    public TimeSpan OperationTimeout { get; }

    /// <summary>Reads the settings from a section with the keys of akka.coordination.lease.</summary>
    /// <exception cref="ConfigurationException">A value is missing or out of range.</exception>
    public static TimeoutSettings Create(Config config) => Create(config, null);

    internal static TimeoutSettings Create(Config config, string? path)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TimeoutSettings>(path);
        }

        var prefix = path is null ? "" : path + ".";
        var timeout = Positive(config, prefix, "heartbeat-timeout");
        var interval = string.IsNullOrWhiteSpace(config.GetString("heartbeat-interval"))
            ? Max(timeout / 10, LeastDerivedInterval)
            : Positive(config, prefix, "heartbeat-interval");
        if (interval >= timeout / 2)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{prefix}heartbeat-interval is {interval.TotalMilliseconds} ms; allowed is less than half of {prefix}heartbeat-timeout, which is {timeout.TotalMilliseconds} ms."));
        }

        return new TimeoutSettings(interval, timeout, Positive(config, prefix, "lease-operation-timeout"));
    }

    /// <summary>The same settings with another interval.</summary>
    public TimeoutSettings WithHeartbeatInterval(TimeSpan heartbeatInterval) => new(heartbeatInterval, HeartbeatTimeout, OperationTimeout);

    /// <summary>The same settings with another time after which the lease is lost.</summary>
    public TimeoutSettings WithHeartbeatTimeout(TimeSpan heartbeatTimeout) => new(HeartbeatInterval, heartbeatTimeout, OperationTimeout);

    /// <summary>The same settings with another limit for the store.</summary>
    public TimeoutSettings withOperationTimeout(TimeSpan operationTimeout) => new(HeartbeatInterval, HeartbeatTimeout, operationTimeout);

    /// <inheritdoc/>
    public override string ToString() => $"TimeoutSettings({HeartbeatInterval}, {HeartbeatTimeout}, {OperationTimeout})";

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Positive(Config config, string prefix, string key)
    {
        if (!config.HasPath(key))
        {
            throw new ConfigurationException($"{prefix}{key} is missing; allowed is a time above 0.");
        }

        var value = config.GetTimeSpan(key, null, false);
        return value > TimeSpan.Zero ? value : throw new ConfigurationException($"{prefix}{key} is {config.GetString(key)}; allowed is a time above 0.");
    }
}
