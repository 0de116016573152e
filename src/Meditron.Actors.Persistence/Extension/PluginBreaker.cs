using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Pattern;

namespace Meditron.Actors.Persistence;

/// <summary>Makes the circuit breaker of a journal or a snapshot store.</summary>
internal static class PluginBreaker
{
    /// <summary>Reads circuit-breaker of a plugin's configuration.</summary>
    /// <exception cref="ConfigurationException">A value is not allowed.</exception>
    public static CircuitBreaker Create(IScheduler scheduler, Config config, string path)
    {
        var failures = config.GetInt("circuit-breaker.max-failures");
        return failures > 0
            ? CircuitBreaker.Create(scheduler, failures, CallTimeout(config, path), Time(config, path, "reset-timeout"))
            : throw new ConfigurationException($"{path}.circuit-breaker.max-failures is {failures}; allowed is a number above 0.");
    }

    /// <summary>How long a call of the plugin may take.</summary>
    public static TimeSpan CallTimeout(Config config, string path) => Time(config, path, "call-timeout");

    private static TimeSpan Time(Config config, string path, string key)
    {
        var time = config.GetTimeSpan($"circuit-breaker.{key}", null, allowInfinite: false);
        return time > TimeSpan.Zero
            ? time
            : throw new ConfigurationException($"{path}.circuit-breaker.{key} is {config.GetString($"circuit-breaker.{key}")}; allowed is a time above 0.");
    }
}
