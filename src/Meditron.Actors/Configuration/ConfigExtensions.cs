namespace Meditron.Actors.Configuration;

/// <summary>Helpers for configurations that may be null.</summary>
public static class ConfigExtensions
{
    /// <summary>Lays a configuration over a fallback, either of which may be null or empty.</summary>
    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        config.IsNullOrEmpty() ? fallback : fallback.IsNullOrEmpty() || ReferenceEquals(config, fallback) ? config : config!.WithFallback(fallback);

    /// <summary>Whether a configuration is null or has no keys.</summary>
    public static bool IsNullOrEmpty([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;
}
